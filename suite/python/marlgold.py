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


_OUTCOME = ("reward", "paid", "received", "terminated", "truncated")  # arrays of Rows that a step fills

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
            ("describe", None, [handle, pointer(_Spec)]), ("gift_period", number, [handle]),
            ("agent_of", ctypes.c_bool, [handle, number, pointer(_Agent)]),
            ("part_of", ctypes.c_bool, [handle, number, number, pointer(_Part)]),
            ("metric_of", ctypes.c_bool, [handle, number, pointer(text), pointer(text)]),
            ("reset", ctypes.c_bool, [handle, number, text]), ("look", None, [handle, pointer(_View)]),
            ("look_at", None, [handle, number, pointer(_View)]),
            ("step", ctypes.c_bool, [handle, pointer(_Decision), pointer(_Outcome), text]),
            ("disclose", ctypes.c_bool, [handle, number, pointer(_Decision), text]), ("live", number, [handle, number]),
            ("welfare", ctypes.c_float, [handle, number]),
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
    An episode that is over shows its last observation until its row is reset. Copies, and pickles, go on by themselves."""

    def __init__(self, environment, rows, seed, experiment, settings):
        self.name, self.rows, self.experiment = environment, rows, experiment
        self._handle = None
        self._error = ctypes.create_string_buffer(_ERROR)
        self._settings = " ".join("%s=%s" % (name, _written(name, value)) for name, value in settings.items())
        self._create(seed)
        self._take_arrays()

    def _take_arrays(self):
        rows, self.spec = self.rows, _Spec()
        spec = self.spec
        _library.marlgold_describe(self._handle, spec)
        self.gift_period = _library.marlgold_gift_period(self._handle)
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
        self._outcome = _Outcome(*(_at(getattr(self, name)) for name in _OUTCOME))

    def __getstate__(self):
        return {"created": (self.name, self.rows, self.experiment, self._settings, self._seed),
                "saved": [self.save(row) for row in range(self.rows)],
                "outcome": [getattr(self, name).copy() for name in _OUTCOME]}

    def __setstate__(self, kept):
        self.name, self.rows, self.experiment, self._settings, seed = kept["created"]
        self._handle, self._error = None, ctypes.create_string_buffer(_ERROR)
        self._create(seed)
        self._take_arrays()
        for row in range(self.rows):
            self.restore(kept["saved"][row], row)
        for name, array in zip(_OUTCOME, kept["outcome"]):
            getattr(self, name)[:] = array

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
        if self.spec.givers and not self.spec.gifts_after_actions:
            self.disclose(-1, action, real, gift)
        decision, kept = self._decision(action, real, gift)
        self._check(_library.marlgold_step(self._open(), decision, self._outcome, self._error))
        _library.marlgold_look(self._handle, self._view)
        return self.observation, self.reward, self.terminated, self.truncated

    def disclose(self, after_stage, action=None, real=None, gift=None):
        """Before the step: what was decided so far, as step takes it, in the observations of those who decide later.
        after_stage: of agents, from 0; -1: gifts before the actions."""
        decision, kept = self._decision(action, real, gift)
        self._check(_library.marlgold_disclose(self._open(), after_stage, decision, self._error))
        _library.marlgold_look(self._handle, self._view)
        return self.observation

    def _decision(self, action, real, gift):
        """And the arrays to which it points."""
        spec = self.spec
        kept = [_given(action, numpy.int32, (self.rows, spec.agents), "action"),
                _given(real, numpy.float32, (self.rows, spec.real_length), "real"),
                _given(gift, numpy.float32, (self.rows, spec.givers, spec.gifts_per_giver), "gift")]
        return _Decision(*(None if array is None else _at(array) for array in kept)), kept

    @property
    def welfare(self):
        """[rows] what a designer is after, in each one's last step; 0 where there is none."""
        return numpy.array([_library.marlgold_welfare(self._open(), row) for row in range(self.rows)], numpy.float32)

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
        """[(name, (channels, height, width))] of an agent's observation; -1: of the designer's."""
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
        for name, number in (("seed", seed), ("experiment", self.experiment)):
            if isinstance(number, bool) or not (isinstance(number, (int, numpy.integer)) and 0 <= number < 1 << 32):
                raise ValueError("%s is %r, wanted a whole number from 0 to %d" % (name, number, (1 << 32) - 1))
        self._seed = int(seed)
        options = _Options(rows=self.rows, seed=self._seed, experiment=int(self.experiment))
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
        whole = isinstance(x, (int, numpy.integer)) or (isinstance(x, numpy.ndarray) and x.shape == ()
                                                        and numpy.issubdtype(x.dtype, numpy.integer))
        return bool(whole and 0 <= x < self.n)

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
        if numpy.isfinite(self.low).all() and numpy.isfinite(self.high).all():
            return self._random.uniform(self.low, self.high).astype(self.dtype)
        return self._random.normal(size=self.shape).astype(self.dtype)

    def contains(self, x):
        return isinstance(x, numpy.ndarray) and x.shape == self.shape and x.dtype == self.dtype and bool(
            numpy.all((x >= self.low) & (x <= self.high)))

    def __eq__(self, other):
        return isinstance(other, _Box) and other.shape == self.shape and other.dtype == self.dtype and bool(
            numpy.all(other.low == self.low) and numpy.all(other.high == self.high))

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
    infos carry action_mask, one 0 or 1 a choice. All agents stay to the end.

    gifts=True: who gives is an agent too, whose action is what it gives: giver_0 (of agent_0), ..., or the designer. It
    observes what its agent or the designer does, and where gifts come after the actions, also those, one-hot, zeros
    until they are known; its reward is its agent's, or the welfare. infos then tell what an agent paid and received in
    the last whole step, which no reward contains. Without gifts nothing is given.

    Where not all decide at once, because later ones see what earlier ones decided, a step of the environment is several
    here: turns lists who decides in each, info["turn"] says whether an agent does in the next. Others' actions are not
    looked at and may be missing, their masks bar everything. Rewards and ends come with the last turn, 0.0 and False
    before."""

    def __init__(self, environment, render_mode, seed, experiment, gifts, max_cycles, settings):
        if render_mode not in (None, "ansi", "human"):
            raise ValueError("render_mode is %r, wanted None, 'ansi' or 'human'" % (render_mode,))
        if max_cycles is not None and not max_cycles >= 1:
            raise ValueError("max_cycles is %r, wanted at least 1" % (max_cycles,))
        self._rows = Rows(environment, 1, seed, experiment, settings)
        self.render_mode, self.max_cycles = render_mode, max_cycles
        self.metadata = {"name": "marlgold_" + environment.replace("-", "_"), "render_modes": ["ansi", "human"],
                         "is_parallelizable": True}
        self._choosing = ["agent_%d" % i for i in range(self._rows.spec.agents)]
        self._giving = self._givers() if gifts else []
        self._index = {name: i for names in (self._choosing, self._giving) for i, name in enumerate(names)}
        self.possible_agents = self._choosing + self._giving
        self.agents = []
        self._list_turns()
        self._list_spaces()

    def _givers(self):
        spec = self._rows.spec
        if not spec.givers:
            raise ValueError("%s with these settings has nobody who gives: gifts cannot be True" % self._rows.name)
        return ["designer"] if spec.designer_length else ["giver_%d" % i for i in range(spec.givers)]

    def _list_turns(self):
        spec, of = self._rows.spec, self._rows.agents
        self.turns = [[self._choosing[i] for i in range(spec.agents) if of[i].stage == stage] for stage in range(spec.stages)]
        self._stage = list(range(spec.stages))  # after each turn
        if self._giving:
            at = len(self.turns) if spec.gifts_after_actions else 0
            self.turns.insert(at, self._giving)
            self._stage.insert(at, -1)

    def _list_spaces(self):
        spec, of = self._rows.spec, self._rows.agents
        self._shown = spec.choices_length + spec.real_length if spec.gifts_after_actions else 0  # to givers
        gift = dict(low=spec.gift_low, high=spec.gift_high, shape=(spec.gifts_per_giver,), dtype=numpy.float32)
        self.observation_spaces = {name: _vector_space(of[i].observation) for i, name in enumerate(self._choosing)}
        self.action_spaces = {name: Discrete(of[i].actions) if of[i].actions else _vector_space(of[i].reals)
                              for i, name in enumerate(self._choosing)}
        for i, name in enumerate(self._giving):
            self.observation_spaces[name] = _vector_space((spec.designer_length or of[i].observation) + self._shown)
            self.action_spaces[name] = Box(**gift)
        if spec.state_length:
            self.state_space = _vector_space(spec.state_length)

    def observation_space(self, agent):
        return self.observation_spaces[agent]

    def action_space(self, agent):
        return self.action_spaces[agent]

    def reset(self, seed=None, options=None):
        """seed: that episode, every time; without, the next one. options are not looked at: there are none."""
        rows, spec = self._rows, self._rows.spec
        rows.reset(seed=seed)
        self.agents = list(self.possible_agents)
        self._steps = self._turn = 0
        self._action, self._real = numpy.zeros((1, spec.agents), numpy.int32), numpy.zeros((1, spec.real_length), numpy.float32)
        self._gift = numpy.zeros((1, spec.givers, spec.gifts_per_giver), numpy.float32)
        self._paid, self._received = numpy.zeros((2, spec.agents))
        return self._observations(), self._infos()

    def step(self, actions):
        if not self.agents:
            return {}, {}, {}, {}, {}
        wanted = self.turns[self._turn]
        if not set(wanted) <= set(actions) <= set(self.agents):
            raise ValueError("actions of %s, wanted one of each of %s" % (sorted(actions), wanted))
        self._decide({name: actions[name] for name in wanted})
        whole = self._turn + 1 == len(self.turns)
        if whole:
            self._whole_step()
        else:
            self._disclose()
        terminated, truncated = whole and bool(self._rows.terminated[0]), whole and bool(self._rows.truncated[0])
        if whole and not terminated and self.max_cycles is not None:
            truncated = truncated or self._steps >= self.max_cycles
        result = (self._observations(), self._rewards(whole), dict.fromkeys(self.agents, terminated),
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
        """[(name, (channels, height, width))] of its observation."""
        listed = self._rows.parts(-1 if agent == "designer" else self._index[agent])
        return listed + [("actions", (1, 1, self._shown))] * (agent in self._giving and self._shown > 0)

    def metrics(self):
        return self._rows.metrics()

    def digest(self):
        return self._rows.digest()

    # ---- a step ----

    def _decide(self, actions):
        giving = self.turns[self._turn] is self._giving
        for name, action in actions.items():
            i = self._index[name]
            of = None if giving else self._rows.agents[i]
            if giving:
                self._gift[0, i] = _numbers(name, action, self._gift.shape[2])
            elif of.actions:
                self._action[0, i] = _choice(name, action, of.actions)
            else:
                self._real[0, of.reals_at:of.reals_at + of.reals] = _numbers(name, action, of.reals)

    def _disclose(self):
        """The next turn sees what was decided."""
        stage = self._stage[self._turn]
        if stage < self._rows.spec.stages - 1:
            self._rows.disclose(stage, *self._decided())
        self._turn += 1

    def _whole_step(self):
        self._rows.step(*self._decided())
        self._paid, self._received = self._rows.paid[0].tolist(), self._rows.received[0].tolist()
        self._steps += 1
        # what is given for a period holds: the givers' turn is in its first step
        self._turn = 1 if self._stage[0] == -1 and self._steps % self._rows.gift_period else 0

    def _decided(self):
        return self._action, self._real if self._real.size else None, self._gift if self._gift.size else None

    def _actions_shown(self):
        """What givers after the actions see of them."""
        shown = numpy.zeros(self._shown, numpy.float32)
        if self._shown and self.turns[self._turn] is self._giving:
            for i, of in enumerate(self._rows.agents):
                if of.actions:
                    shown[of.choices_at + self._action[0, i]] = 1.0
            shown[self._rows.spec.choices_length:] = self._real[0]
        return shown

    def _observations(self):
        rows = self._rows
        own = [rows.part(rows.observation, i)[0] for i in range(len(self._choosing))]
        seen = {name: own[i].copy() for i, name in enumerate(self._choosing)}
        for i, name in enumerate(self._giving):
            seen[name] = numpy.concatenate([rows.designer[0] if name == "designer" else own[i], self._actions_shown()])
        return seen

    def _rewards(self, whole):
        if not whole:
            return dict.fromkeys(self.agents, 0.0)
        rewards = dict(zip(self._choosing, self._rows.reward[0].tolist()))
        for i, name in enumerate(self._giving):
            rewards[name] = self._rows.welfare.item() if name == "designer" else rewards[self._choosing[i]]
        return rewards

    def _infos(self):
        rows, now = self._rows, set(self.turns[self._turn])
        infos = {name: {} for name in self.agents}
        for i, name in enumerate(self._choosing):
            if rows.agents[i].actions:
                infos[name]["action_mask"] = rows.part(rows.allowed, i)[0].astype(numpy.int8) * numpy.int8(name in now)
            if self._giving:
                infos[name].update(paid=float(self._paid[i]), received=float(self._received[i]))
        for name in self.agents if len(self.turns) > 1 else []:
            infos[name]["turn"] = name in now
        return infos


def parallel_env(environment, render_mode=None, seed=0, experiment=0, gifts=False, max_cycles=None, **settings):
    """An environment with PettingZoo's Parallel interface. gifts: see Parallel. max_cycles: cuts an episode off after so
    many steps of the environment, where it has not ended by itself."""
    return Parallel(environment, render_mode, seed, experiment, gifts, max_cycles, settings)


def _vector_space(length):
    return Box(-numpy.inf, numpy.inf, (length,), numpy.float32)


def _choice(name, action, choices):
    if isinstance(action, numpy.ndarray) and action.shape == ():
        action = action.item()
    if isinstance(action, (bool, numpy.bool_)) or not isinstance(action, (int, numpy.integer)):
        raise ValueError("action of %s is %r, wanted a whole number" % (name, action))
    if not 0 <= action < choices:
        raise ValueError("action %d of %s, wanted one from 0 to %d" % (action, name, choices - 1))
    return int(action)


def _numbers(name, action, length):
    numbers = numpy.asarray(action)
    if numbers.shape != (length,) or not numpy.issubdtype(numbers.dtype, numpy.number):
        raise ValueError("action of %s is %r, wanted %d numbers" % (name, action, length))
    return numbers
