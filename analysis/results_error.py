"""What is wrong with a results file or a path, for whoever catches it."""


class ResultsError(Exception):
    """A results file is not one that this version can read, or a path is none; the message says what to do."""
