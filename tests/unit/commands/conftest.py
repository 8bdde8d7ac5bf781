"""spaCy is imported here once, with warnings let pass: what its dependencies warn of each other is not ours to mend."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import spacy  # noqa: F401 -- imported for its effect on later imports
