"""Pages about the site, and the facts they state: who runs it, what is not accessible yet, what people reported."""
