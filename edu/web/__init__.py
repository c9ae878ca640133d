"""The HTTP contract: permissions, errors, lists, languages, the frame around pages."""
