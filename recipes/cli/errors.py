"""What becomes of an error: a line for a person, or a traceback for those who write this."""

import re

NO_MEMORY = (
    "There is not enough memory for this ({}). Pass --stream, which leaves the rows of a data set "
    "in their file, or choose a smaller --batch-size or a smaller model."
)
NO_SPACE = "There is not enough space on the disk ({}). Make room and try again."
WORKER_GONE = (
    "The training ended with {} of TF_CONFIG, which was stopped or cannot be reached. See what it "
    "said, and start all workers again with the same --output and --resume."
)


def mendable(error: BaseException) -> tuple[str | None, int]:
    """Returns the message and the exit code for what a user can mend, or `(None, 1)`."""
    if hasattr(error, "format_message"):  # wrong usage, as the command line parser found it
        return error.format_message(), 2
    if isinstance(error, ValueError | FloatingPointError | OSError):
        return str(error), 2
    # What a reader of a streamed file raises comes back from TensorFlow as an error of its own.
    streamed = re.search(r"ValueError: (Expected .*)", str(error))
    if streamed:
        return streamed[1], 2
    _, aborted, why = str(error).partition("Collective ops is aborted")
    if aborted:
        gone = re.search(r"/task:(\d+)", why)
        which = f"worker {gone[1]}" if gone else "a worker"
        return WORKER_GONE.format(which), 2
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        reason = str(error).partition("\n")[0].rpartition("}} ")[2][:200]
        # TensorFlow calls a full disk, too, a resource that is exhausted.
        says = NO_SPACE if "No space left" in reason else NO_MEMORY
        return says.format(reason or "no more could be had"), 2
    return None, 1
