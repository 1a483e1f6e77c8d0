"""How much of a request may reach the disk: whoever posts files to a page that wants none fills nothing."""

from django.core.files.uploadhandler import FileUploadHandler, StopUpload

MOST = 40 * 1024 * 1024  # bytes of all files of one request: two tables and a paper; fund/uploads.py has its own limits


class Bounded(FileUploadHandler):
    """Stands before Django's own handlers. What is more is read and forgotten, so that an answer still arrives."""

    left = MOST

    def receive_data_chunk(self, raw_data, start):
        self.left -= len(raw_data)
        if self.left < 0:
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size):
        """The next handler keeps it."""
