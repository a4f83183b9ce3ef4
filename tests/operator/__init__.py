"""An operator's evening: a loaded service through all that befalls it in production, once each."""
