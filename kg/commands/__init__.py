"""The commands of ``kg``, one a module, each with a click command named `command`; loaded when called."""
