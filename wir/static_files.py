from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Hashed names, compressed beside. A name missing from the manifest is served as it is: no page fails for it."""

    manifest_strict = False
