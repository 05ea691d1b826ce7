STANDARD: tuple[object, ...] = ()
