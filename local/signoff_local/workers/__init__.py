"""How functions run on the local stack: forked from a warm parent, straight from the source tree.

`zygote` is the parent process, `child` what runs in a function's process, `process` the handle that
the emulator holds on one, `worker` what speaks to it, `code` where a function's source lies.
"""
