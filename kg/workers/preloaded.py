"""What the fork server imports, once for all workers of a build: the extractor, loaded before any worker is forked.

A module and not a function, because a module's name is all that `multiprocessing` hands to its fork server.
"""

from __future__ import annotations

import gc

from kg.graph.terms import BASE
from kg.workers.task import Task, warm

# Loading makes millions of objects that stay; the collector would go over them again and again for nothing.
gc.disable()
warm(Task(BASE))
# What is here for good is never looked at again by the collector, so that workers go on sharing its pages.
gc.collect()
gc.freeze()
gc.enable()
