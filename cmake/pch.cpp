// Exists to build the shared precompiled header.
