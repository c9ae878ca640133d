"""Effects of programs: asked once as a definition, answered with every check that was made."""
