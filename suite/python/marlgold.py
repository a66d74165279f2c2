"""marlgold's environments for Python: PettingZoo's Parallel interface, and batches of rows as numpy arrays.

    import marlgold
    env = marlgold.parallel_env("predation", agents=6)
    observations, infos = env.reset(seed=0)
    while env.agents:
        actions = {agent: env.action_space(agent).sample() for agent in env.agents}
        observations, rewards, terminations, truncations, infos = env.step(actions)

    rows = marlgold.vector("predation", rows=64, agents=6)
    rows.reset()
    while rows.live.any():
        rows.step(numpy.zeros((64, 6), numpy.int32))     # rows.observation, rows.reward, ... are what it did

Put this folder on PYTHONPATH after `make library`; MARLGOLD_LIBRARY names libmarlgold.so where it is not found. Needed
are Python 3 and numpy. Spaces are gymnasium's and the class is PettingZoo's where those are installed, else small equals.

Settings are fields of the environment's configuration, as `marlgold.settings(name)` lists them; what is not set is the
paper's. Numbers depend on name, settings, experiment, seed and actions alone, on any machine; digest() is that of
marlgold's own programs.
"""
import ctypes
import os
import sys

import numpy

_INSTALLED = None  # the folder of the library, written here by make install
_ABI = 1
_ERROR = 700
_DIGEST = 33


def _structure(*fields):
    kinds = {"i": ctypes.c_int, "u": ctypes.c_uint32, "f": ctypes.c_float, "d": ctypes.c_double, "s": ctypes.c_char_p,
             "n": ctypes.c_size_t, "p": ctypes.c_void_p}

    class Structure(ctypes.Structure):
        _fields_ = [(name, kinds[kind]) for kind, names in fields for name in names.split()]
    return Structure


# As in marlgold.h, which says what they mean.
_Setting = _structure(("s", "name source"), ("i", "type"), ("d", "value low high"))
_Options = _structure(("i", "rows"), ("u", "seed experiment"))
_Spec = _structure(("i", "agents stages longest_episode observation_length choices_length real_length neighbours "
                         "state_length designer_length givers gifts_per_giver gifts_after_actions"),
                   ("f", "gift_low gift_high"), ("i", "metrics"), ("n", "row_bytes"))
_Agent = _structure(("i", "observation observation_at actions choices_at reals reals_at masked stage parts"))
_Part = _structure(("s", "name"), ("i", "channels height width"))
_View = _structure(("p", "observation allowed neighbour state designer"))
_Decision = _structure(("p", "action real gift"))
_Outcome = _structure(("p", "reward paid received terminated truncated"))


def _candidates():
    here = os.path.dirname(os.path.abspath(__file__))
    name = "libmarlgold.so.%d" % _ABI
    if os.environ.get("MARLGOLD_LIBRARY"):
        return [os.environ["MARLGOLD_LIBRARY"]]
    folders = [_INSTALLED, here, os.path.join(here, "..", "..", "build", "library"),
               os.path.join(here, "..", "..", "..", "lib")]
    return [os.path.join(folder, name) for folder in folders if folder] + [name]


def _declare(library):
    handle, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    pointer = ctypes.POINTER
    for name, result, arguments in (
            ("version", text, []), ("environments", number, []), ("environment", text, [number]),
            ("setting_of", ctypes.c_bool, [text, number, pointer(_Setting)]),
            ("create", handle, [text, text, pointer(_Options), text]), ("free", None, [handle]),
            ("describe", None, [handle, pointer(_Spec)]), ("agent_of", ctypes.c_bool, [handle, number, pointer(_Agent)]),
            ("part_of", ctypes.c_bool, [handle, number, number, pointer(_Part)]),
            ("metric_of", ctypes.c_bool, [handle, number, pointer(text), pointer(text)]),
            ("reset", ctypes.c_bool, [handle, number, text]), ("look", None, [handle, pointer(_View)]),
            ("look_at", None, [handle, number, pointer(_View)]),
            ("step", ctypes.c_bool, [handle, pointer(_Decision), pointer(_Outcome), text]),
            ("disclose", ctypes.c_bool, [handle, number, pointer(_Decision), text]), ("live", number, [handle, number]),
            ("metrics", None, [handle, number, pointer(ctypes.c_double)]), ("digest", None, [handle, number, text]),
            ("save", None, [handle, number, text]),
            ("restore", ctypes.c_bool, [handle, number, text, ctypes.c_size_t, text]),
            ("render", ctypes.c_size_t, [handle, number, text, ctypes.c_size_t])):
        function = getattr(library, "marlgold_" + name)
        function.restype, function.argtypes = result, arguments


def _load():
    tried = []
    for path in _candidates():
        try:
            library = ctypes.CDLL(path)
        except OSError as problem:
            tried.append(str(problem))
            continue
        if library.marlgold_abi() != _ABI:
            tried.append("%s: interface %d, wanted %d" % (path, library.marlgold_abi(), _ABI))
            continue
        _declare(library)
        return library
    raise ImportError("no libmarlgold.so.%d (make library builds it, MARLGOLD_LIBRARY names it): %s"
                      % (_ABI, "; ".join(tried)))


_library = _load()
__version__ = _library.marlgold_version().decode()


def environments():
    """Their names."""
    return [_library.marlgold_environment(i).decode() for i in range(_library.marlgold_environments())]


def settings(environment):
    """name -> (the value it has without being set, smallest, largest, where the paper says it)."""
    listed, one = {}, _Setting()
    while _library.marlgold_setting_of(environment.encode(), len(listed), one):
        listed[one.name.decode()] = (one.value, one.low, one.high, (one.source or b"").decode())
    if not listed and environment not in environments():
        raise ValueError("no environment %r; there are %s" % (environment, ", ".join(environments())))
    return listed


class Rows:
    """Episodes side by side. Arrays are filled in place: observation [rows, length], reward [rows, agents], terminated
    and truncated [rows] (bool), allowed [rows, choices] (1 or 0), neighbour [rows, agents, neighbours] (-1: none), state
    [rows, length], paid and received [rows, agents]. part(array, agent) is an agent's columns of the first two kinds.
    An episode that is over shows its last observation until its row is reset."""

    def __init__(self, environment, rows, seed, experiment, settings):
        self.name, self.rows, self.experiment = environment, rows, experiment
        self._handle = None
        self._error = ctypes.create_string_buffer(_ERROR)
        self._settings = " ".join("%s=%s" % (name, _written(name, value)) for name, value in settings.items())
        self._create(seed)
        self.spec = spec = _Spec()
        _library.marlgold_describe(self._handle, spec)
        self.agents = []
        for i in range(spec.agents):
            self.agents.append(_Agent())
            _library.marlgold_agent_of(self._handle, i, self.agents[i])
        self.observation = numpy.zeros((rows, spec.observation_length), numpy.float32)
        self.allowed = numpy.zeros((rows, spec.choices_length), numpy.uint8)
        self.neighbour = numpy.zeros((rows, spec.agents, spec.neighbours), numpy.int32)
        self.state = numpy.zeros((rows, spec.state_length), numpy.float32)
        self.designer = numpy.zeros((rows, spec.designer_length), numpy.float32)
        self.reward, self.paid, self.received = numpy.zeros((3, rows, spec.agents), numpy.float32)
        self.terminated, self.truncated = numpy.zeros((2, rows), bool)
        self._view = _View(*(_at(array) for array in (self.observation, self.allowed, self.neighbour, self.state,
                                                      self.designer)))
        self._outcome = _Outcome(*(_at(array) for array in (self.reward, self.paid, self.received, self.terminated,
                                                            self.truncated)))

    def __del__(self):
        self.close()

    def close(self):
        if getattr(self, "_handle", None):
            _library.marlgold_free(self._handle)
            self._handle = None

    def reset(self, row=None, seed=None):
        """One row, or all. seed: begins anew with that seed, all rows."""
        if seed is not None:
            self._create(seed)
        for one in range(self.rows) if row is None else [row]:
            self._check(_library.marlgold_reset(self._open(), one, self._error))
            self.terminated[one] = self.truncated[one] = False
            self.reward[one] = 0.0
        _library.marlgold_look(self._handle, self._view)
        return self.observation

    def step(self, action=None, real=None, gift=None):
        """action [rows, agents]; real [rows, length] where agents have vectors; gift [rows, givers, numbers], nothing
        where it is left out. Rows that are over stay."""
        spec = self.spec
        kept = [_given(action, numpy.int32, (self.rows, spec.agents), "action"),
                _given(real, numpy.float32, (self.rows, spec.real_length), "real"),
                _given(gift, numpy.float32, (self.rows, spec.givers, spec.gifts_per_giver), "gift")]
        decision = _Decision(*(None if array is None else _at(array) for array in kept))
        if spec.givers and not spec.gifts_after_actions:
            self._check(_library.marlgold_disclose(self._open(), -1, decision, self._error))
        self._check(_library.marlgold_step(self._open(), decision, self._outcome, self._error))
        _library.marlgold_look(self._handle, self._view)
        return self.observation, self.reward, self.terminated, self.truncated

    @property
    def live(self):
        """[rows] whether each episode goes on."""
        return numpy.array([bool(_library.marlgold_live(self._open(), row)) for row in range(self.rows)])

    def part(self, array, agent):
        """Of observation or allowed the columns of an agent: a view."""
        of = self.agents[agent]
        if array is self.allowed:
            return array[:, of.choices_at:of.choices_at + of.actions]
        return array[:, of.observation_at:of.observation_at + of.observation]

    def parts(self, agent):
        """[(name, (channels, height, width))] of an agent's observation."""
        listed, part = [], _Part()
        while _library.marlgold_part_of(self._open(), agent, len(listed), part):
            listed.append((part.name.decode(), (part.channels, part.height, part.width)))
        return listed

    def metrics(self, row=0):
        """name -> (value, unit) of the episode so far."""
        value = (ctypes.c_double * self.spec.metrics)()
        _library.marlgold_metrics(self._open(), row, value)
        listed = {}
        for i in range(self.spec.metrics):
            name, unit = ctypes.c_char_p(), ctypes.c_char_p()
            _library.marlgold_metric_of(self._handle, i, name, unit)
            listed[name.value.decode()] = (value[i], unit.value.decode())
        return listed

    def digest(self, row=0):
        """XXH3-128 of all that the row's episode is."""
        text = ctypes.create_string_buffer(_DIGEST)
        _library.marlgold_digest(self._open(), row, text)
        return text.value.decode()

    def save(self, row=0):
        saved = ctypes.create_string_buffer(self.spec.row_bytes)
        _library.marlgold_save(self._open(), row, saved)
        return saved.raw

    def restore(self, saved, row=0):
        self._check(_library.marlgold_restore(self._open(), row, saved, len(saved), self._error))
        _library.marlgold_look(self._handle, self._view)

    def render(self, row=0):
        """A picture in text, '' where there is none."""
        length = _library.marlgold_render(self._open(), row, None, 0)
        text = ctypes.create_string_buffer(length + 1)
        _library.marlgold_render(self._handle, row, text, length + 1)
        return text.value.decode()

    def _create(self, seed):
        options = _Options(rows=self.rows, seed=int(seed) & 0xFFFFFFFF, experiment=self.experiment)
        handle = _library.marlgold_create(self.name.encode(), self._settings.encode(), options, self._error)
        if not handle:
            raise ValueError(self._error.value.decode(errors="replace"))
        self.close()
        self._handle = handle

    def _open(self):
        if not self._handle:
            raise ValueError("%s is closed" % self.name)
        return self._handle

    def _check(self, good):
        if not good:
            raise ValueError(self._error.value.decode(errors="replace"))


def vector(environment, rows=1, seed=0, experiment=0, settings=None, **more):
    """Rows of an environment. settings: a dict of those whose name means something here (traffic-control's rows)."""
    return Rows(environment, rows, seed, experiment, {**(settings or {}), **more})


def _at(array):
    return array.ctypes.data if array.size else None


def _written(name, value):
    if isinstance(value, (bool, numpy.bool_)):
        return "true" if value else "false"
    if isinstance(value, (int, float, numpy.number)):
        return repr(value.item() if isinstance(value, numpy.number) else value)
    raise ValueError("setting %s is %r, wanted a number, True or False" % (name, value))


def _given(array, kind, shape, name):
    """As the library reads it; no copy of what is so already."""
    if array is None:
        return None
    array = numpy.asarray(array)
    if array.shape != shape or not (numpy.issubdtype(array.dtype, numpy.integer) or kind is numpy.float32):
        raise ValueError("%s has shape %s and type %s, wanted %s and %s" % (name, array.shape, array.dtype, shape,
                                                                          numpy.dtype(kind)))
    return numpy.ascontiguousarray(array, kind)


# ---- spaces ----

class _Space:
    def __init__(self, shape, dtype):
        self.shape, self.dtype = shape, numpy.dtype(dtype)
        self._random = numpy.random.default_rng()

    def seed(self, seed=None):
        self._random = numpy.random.default_rng(seed)
        return [seed]

    def __contains__(self, x):
        return self.contains(x)


class _Discrete(_Space):
    def __init__(self, n):
        super().__init__((), numpy.int64)
        self.n, self.start = numpy.int64(n), numpy.int64(0)

    def sample(self, mask=None):
        if mask is None:
            return self._random.integers(self.n)
        allowed = numpy.flatnonzero(mask)
        return self._random.choice(allowed) if len(allowed) else self.start

    def contains(self, x):
        return isinstance(x, (int, numpy.integer)) and 0 <= x < self.n

    def __eq__(self, other):
        return isinstance(other, _Discrete) and other.n == self.n

    def __repr__(self):
        return "Discrete(%d)" % self.n


class _Box(_Space):
    def __init__(self, low, high, shape, dtype):
        super().__init__(shape, dtype)
        self.low, self.high = numpy.full(shape, low, dtype), numpy.full(shape, high, dtype)

    def sample(self, mask=None):
        if mask is not None:
            raise ValueError("Box.sample takes no mask")
        return self._random.normal(size=self.shape).astype(self.dtype)

    def contains(self, x):
        return isinstance(x, numpy.ndarray) and x.shape == self.shape and x.dtype == self.dtype and bool(
            numpy.all((x >= self.low) & (x <= self.high)))

    def __eq__(self, other):
        return isinstance(other, _Box) and other.shape == self.shape and other.dtype == self.dtype

    def __repr__(self):
        return "Box(%s, %s)" % (self.shape, self.dtype)


try:
    from gymnasium.spaces import Box, Discrete
except ImportError:
    Box, Discrete = _Box, _Discrete

try:
    from pettingzoo import ParallelEnv as _ParallelEnv
except ImportError:
    class _ParallelEnv:
        metadata = {}

        @property
        def num_agents(self):
            return len(self.agents)

        @property
        def max_num_agents(self):
            return len(self.possible_agents)

        @property
        def unwrapped(self):
            return self

        def __str__(self):
            return self.metadata["name"]


class Parallel(_ParallelEnv):
    """PettingZoo's ParallelEnv. Agents are agent_0, agent_1, ...; observations are flat vectors (parts says of what);
    infos carry action_mask, one 0 or 1 a choice. All agents stay to the end. Where an environment has a transfer channel
    nothing is given."""

    def __init__(self, environment, render_mode, seed, experiment, settings):
        if render_mode not in (None, "ansi", "human"):
            raise ValueError("render_mode is %r, wanted None, 'ansi' or 'human'" % (render_mode,))
        self._rows = Rows(environment, 1, seed, experiment, settings)
        if self._rows.spec.stages > 1:
            raise ValueError("%s with these settings has %d stages in a step: agents of a later one see what the earlier "
                             "ones decided, which the Parallel interface has no way to show"
                             % (environment, self._rows.spec.stages))
        self.render_mode = render_mode
        self.metadata = {"name": "marlgold_" + environment.replace("-", "_"), "render_modes": ["ansi", "human"],
                         "is_parallelizable": True}
        of = self._rows.agents
        self.possible_agents = ["agent_%d" % i for i in range(len(of))]
        self.agents = []
        self.observation_spaces = {name: _vector_space(of[i].observation) for i, name in enumerate(self.possible_agents)}
        self.action_spaces = {name: Discrete(of[i].actions) if of[i].actions else _vector_space(of[i].reals)
                              for i, name in enumerate(self.possible_agents)}
        if self._rows.spec.state_length:
            self.state_space = _vector_space(self._rows.spec.state_length)

    def observation_space(self, agent):
        return self.observation_spaces[agent]

    def action_space(self, agent):
        return self.action_spaces[agent]

    def reset(self, seed=None, options=None):
        """seed: that episode, every time; without, the next one. options are not looked at: there are none."""
        self._rows.reset(seed=seed)
        self.agents = list(self.possible_agents)
        return self._observations(), self._infos()

    def step(self, actions):
        if not self.agents:
            return {}, {}, {}, {}, {}
        if set(actions) != set(self.agents):
            raise ValueError("actions of %s, wanted one of each of %s" % (sorted(actions), self.agents))
        rows = self._rows
        action = numpy.zeros((1, rows.spec.agents), numpy.int32)
        real = numpy.zeros((1, rows.spec.real_length), numpy.float32)
        for i, name in enumerate(self.agents):
            of = rows.agents[i]
            if of.actions:
                action[0, i] = _choice(name, actions[name])
            else:
                real[0, of.reals_at:of.reals_at + of.reals] = actions[name]
        rows.step(action, real if rows.spec.real_length else None)
        terminated, truncated = bool(rows.terminated[0]), bool(rows.truncated[0])
        rewards = {name: float(rows.reward[0, i]) for i, name in enumerate(self.agents)}
        result = (self._observations(), rewards, dict.fromkeys(self.agents, terminated),
                  dict.fromkeys(self.agents, truncated), self._infos())
        if terminated or truncated:
            self.agents = []
        return result

    def state(self):
        if not self._rows.spec.state_length:
            raise NotImplementedError("%s has no state beside its observations" % self.metadata["name"])
        return self._rows.state[0].copy()

    def render(self):
        if self.render_mode is None:
            return None
        picture = self._rows.render()
        if self.render_mode == "ansi":
            return picture
        sys.stdout.write(picture)
        return None

    def close(self):
        self._rows.close()

    def parts(self, agent):
        return self._rows.parts(self.possible_agents.index(agent))

    def metrics(self):
        return self._rows.metrics()

    def digest(self):
        return self._rows.digest()

    def _observations(self):
        return {name: self._rows.part(self._rows.observation, i)[0].copy() for i, name in enumerate(self.agents)}

    def _infos(self):
        rows = self._rows
        return {name: {"action_mask": rows.part(rows.allowed, i)[0].astype(numpy.int8)} if rows.agents[i].actions else {}
                for i, name in enumerate(self.agents)}


def parallel_env(environment, render_mode=None, seed=0, experiment=0, **settings):
    """An environment with PettingZoo's Parallel interface."""
    return Parallel(environment, render_mode, seed, experiment, settings)


def _vector_space(length):
    return Box(-numpy.inf, numpy.inf, (length,), numpy.float32)


def _choice(name, action):
    if isinstance(action, numpy.ndarray) and action.shape == ():
        action = action.item()
    if isinstance(action, (bool, numpy.bool_)) or not isinstance(action, (int, numpy.integer)):
        raise ValueError("action of %s is %r, wanted a whole number" % (name, action))
    return int(max(-1, min(action, 2**31 - 1)))
