"""A results file into a storage of Optuna's, where optuna-dashboard and other programs find it."""

import optuna
import sqlalchemy.exc

from .optuna_study import quiet, to_optuna
from .schema import ResultsError

OPTUNAS = (sqlalchemy.exc.SQLAlchemyError, optuna.exceptions.StorageInternalError)


def save(path, storage, name=None, replace=False):
    """Writes to_optuna(path) to the storage at the URL `storage`, as the study `name` (that of the job file if None).
    Returns the study there.

    A study of this name that is there already is left alone, unless `replace` says to delete it first. A study that
    could not be written whole is taken out again. Raises ResultsError.
    """
    study = to_optuna(path)
    name = name or study.study_name
    try:
        with quiet():
            return save_study(study, optuna.storages.get_storage(storage), name, replace)
    except optuna.exceptions.DuplicatedStudyError:
        raise ResultsError(
            f"{storage}: there is a study {name} already; give another name with --study-name, or --replace it"
        ) from None
    except (*OPTUNAS, ImportError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise ResultsError(f"{storage}: cannot be written as a storage such as sqlite:///FILE.db: {reason}") from error


def save_study(study, storage, name, replace):
    if replace and name in {other.study_name for other in storage.get_all_studies()}:
        optuna.delete_study(study_name=name, storage=storage)
    copy = optuna.create_study(study_name=name, storage=storage, direction=study.direction)
    try:
        for key, value in study.user_attrs.items():
            copy.set_user_attr(key, value)
        copy.add_trials(study.trials)
    except BaseException:
        optuna.delete_study(study_name=name, storage=storage)
        raise
    return copy
