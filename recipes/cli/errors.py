"""What becomes of an error: a line for a person, or a traceback for those who write this."""

import re

NO_MEMORY = (
    "There is not enough memory for this ({}). Pass --stream, which leaves the rows of a data set "
    "in their file, or choose a smaller --batch-size or a smaller model."
)


def mendable(error):
    """Returns the message and the exit code for what a user can mend, or `(None, 1)`."""
    if hasattr(error, "format_message"):  # wrong usage, as the command line parser found it
        return error.format_message(), 2
    if isinstance(error, ValueError | FloatingPointError | OSError):
        return str(error), 2
    # What a reader of a streamed file raises comes back from TensorFlow as an error of its own.
    streamed = re.search(r"ValueError: (Expected .*)", str(error))
    if streamed:
        return streamed[1], 2
    # TensorFlow calls a full disk, too, a resource that is exhausted.
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        reason = str(error).partition("\n")[0][:300]
        full = "No space left" in reason
        return reason if full else NO_MEMORY.format(reason or "no more could be had"), 2
    return None, 1
