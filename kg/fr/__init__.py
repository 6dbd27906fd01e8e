"""The French language pack: data alone."""
