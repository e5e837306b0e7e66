"""Pages drawn once: the default view of every chapter as plain HTML with pictures, kept beside the snapshot."""
