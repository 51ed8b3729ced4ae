"""An undo in the window, wherever it is asked for: what clashes is shown and decided, what came back different is listed."""
