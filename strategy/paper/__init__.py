"""Reading the city's two documents: `reading` turns a file into places, `placing` puts their words into the portal."""
