"""The demo partner's data: made up, but in the files and by the importers a real partner would use."""
