class ResultsError(Exception):
    """A results file is not one that this version can read, or a path is none; the message says what to do."""
