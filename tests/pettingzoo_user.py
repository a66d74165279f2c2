"""What PettingZoo's own tests, conversions and users ask of marlgold.parallel_env, of every environment, with and without
gifts, asked here in words of our own, since PettingZoo is seldom installed where this runs. Prints TAP; run by
tests/test_python.sh:

    python3 tests/pettingzoo_user.py            with gymnasium and PettingZoo as they are here, or are not
    python3 tests/pettingzoo_user.py stand-in   with small ones of ours in their place, as strict as the real ones"""
import copy
import io
import sys
import types
import warnings

import numpy

run = failed = 0


def ok(good, says):
    global run, failed
    run += 1
    failed += not good
    print("%sok %d - %s" % ("" if good else "not ", run, says), flush=True)


# ---- stand-ins: what is refused there is refused here ----


class Space:
    def __init__(self, shape, dtype, seed=None):
        self._shape, self.dtype, self._random = shape, numpy.dtype(dtype), numpy.random.default_rng(seed)

    @property
    def shape(self):
        return self._shape

    def seed(self, seed=None):
        if not (seed is None or (isinstance(seed, int) and seed >= 0)):
            raise TypeError("seed %r" % (seed,))
        self._random = numpy.random.default_rng(seed)
        return seed

    def __contains__(self, x):
        return self.contains(x)


class Discrete(Space):
    def __init__(self, n, seed=None, start=0):
        if not (numpy.issubdtype(type(n), numpy.integer) and n > 0):
            raise TypeError("Discrete of %r" % (n,))
        self.n, self.start = numpy.int64(n), numpy.int64(start)
        super().__init__((), numpy.int64, seed)

    def sample(self, mask=None, probability=None):
        if mask is None:
            return self.start + self._random.integers(self.n)
        if not (isinstance(mask, numpy.ndarray) and mask.dtype == numpy.int8 and mask.shape == (self.n,) and set(mask) <= {0, 1}):
            raise TypeError("mask %r" % (mask,))
        return self.start + self._random.choice(numpy.flatnonzero(mask)) if mask.any() else self.start

    def contains(self, x):
        whole = isinstance(x, int) or (isinstance(x, (numpy.generic, numpy.ndarray)) and x.shape == ()
                                       and numpy.issubdtype(x.dtype, numpy.integer))
        return whole and bool(self.start <= x < self.start + self.n)


class Box(Space):
    def __init__(self, low, high, shape=None, dtype=numpy.float32, seed=None):
        if not (isinstance(shape, tuple) and all(type(n) is int for n in shape) and type(low) is type(high) is float):
            raise TypeError("Box of %r, %r, %r" % (low, high, shape))
        self.low, self.high = numpy.full(shape, low, dtype), numpy.full(shape, high, dtype)
        super().__init__(shape, dtype, seed)

    def sample(self, mask=None, probability=None):
        if mask is not None:
            raise ValueError("a Box has no mask")
        bounded = numpy.isfinite(self.low) & numpy.isfinite(self.high)
        low, high = numpy.where(bounded, self.low, 0), numpy.where(bounded, self.high, 1)
        drawn = self._random.uniform(low, high), self._random.normal(size=self.shape)
        return numpy.where(bounded, *drawn).astype(self.dtype)

    def contains(self, x):
        return isinstance(x, numpy.ndarray) and numpy.can_cast(x.dtype, self.dtype) and x.shape == self.shape and bool(
            numpy.all(x >= self.low) and numpy.all(x <= self.high))


class ParallelEnv:
    metadata: dict
    agents: list
    possible_agents: list

    def state(self):
        raise NotImplementedError("state")

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


stand_in = sys.argv[1:] == ["stand-in"]
if stand_in:
    for name, inside in (("gymnasium", {}), ("gymnasium.spaces", {"Box": Box, "Discrete": Discrete, "Space": Space}),
                         ("pettingzoo", {"ParallelEnv": ParallelEnv})):
        sys.modules[name] = types.ModuleType(name)
        vars(sys.modules[name]).update(inside)
    sys.modules["gymnasium"].spaces = sys.modules["gymnasium.spaces"]

import marlgold  # noqa: E402, behind what it looks for

if stand_in:
    ok(marlgold.Box is Box and marlgold.Discrete is Discrete and issubclass(marlgold.Parallel, ParallelEnv),
       "gymnasium's spaces and PettingZoo's class are taken where they are")
else:
    here = {name: name in sys.modules for name in ("gymnasium", "pettingzoo")}
    ok((marlgold.Box is not marlgold._Box) == here["gymnasium"] and (marlgold._ParallelEnv.__module__ != "marlgold") == here["pettingzoo"],
       "equals of our own where they are not: %s" % here)

# ---- every environment ----

SHORT = {"jungle": {"agents": 5, "steps": 12}, "traffic-control": {"rows": 2, "columns": 2, "episode_seconds": 100},
         "town-control": {"episode_seconds": 100}, "gather-trade-build": {"steps": 12}, "cleanup": {"steps": 12}}
MORE = [("cleanup", {"designer": True, "steps": 12}), ("escape-room", {"designer": True}), ("escape-room", {"asymmetric": True}),
        ("matrix-game", {"designer": True}), ("gather-trade-build", {"tax": 0, "steps": 12})]


def every():
    """(what it is called, a function that makes it), with whom it can have."""
    plain = [(name, SHORT.get(name, {})) for name in marlgold.environments()]
    for name, settings in plain + MORE:
        gives = marlgold.vector(name, settings=settings).spec.givers
        for gifts in ([{}, {"gifts": True}] if gives else [{}]):
            told = {**settings, **gifts}
            label = " ".join([name] + ["%s=%s" % item for item in told.items()])
            yield label, lambda name=name, told=told, **more: marlgold.parallel_env(name, **told, **more)


class Wrong(Exception):
    pass


def want(good, *what):
    if not good:
        raise Wrong(" ".join(map(str, what)))


def sample(env, agent, info, masked):
    mask = info.get("action_mask") if masked else None
    action = env.action_space(agent).sample(mask)
    want(action in env.action_space(agent), "sample", action, "of", agent)
    want(mask is None or not mask.any() or mask[action], "a sample that the mask bars")
    return action


def before(env):
    want(env.unwrapped is env and env.max_num_agents == len(env.possible_agents) > 0, "before a reset")
    want(type(env.metadata["name"]) is str and str(env) == env.metadata["name"] and env.metadata["is_parallelizable"] is True, "metadata")
    want(all(type(agent) is str for agent in env.possible_agents) and len(set(env.possible_agents)) == env.max_num_agents, "names")
    for agent in env.possible_agents:
        seen, act = env.observation_space(agent), env.action_space(agent)
        want(seen is env.observation_space(agent) and act is env.action_space(agent), "spaces are made anew")
        want(isinstance(seen, marlgold.Box) and seen.dtype == numpy.float32 and len(seen.shape) == 1 and seen.shape[0] > 0, "space", seen)
        want(isinstance(act, (marlgold.Box, marlgold.Discrete)), "action space", act)
        if isinstance(act, marlgold.Box):
            spec = env._rows.spec
            want(act.dtype == numpy.float32 and set(act.low) == {numpy.float32(spec.gift_low)} and set(act.high) == {numpy.float32(spec.gift_high)}
                 and act.shape == (spec.gifts_per_giver,), "bounds of", agent)
        want(sum(c * h * w for _, (c, h, w) in env.parts(agent)) == seen.shape[0], "parts of", agent)


def looked_at(env, observations, infos, wanted):
    want(type(observations) is dict and type(infos) is dict and list(observations) == list(infos) == wanted, "keys", list(observations), list(infos))
    for agent in wanted:
        seen, info = observations[agent], infos[agent]
        want(env.observation_space(agent).contains(seen) and seen.dtype == numpy.float32 and numpy.isfinite(seen).all(), agent, "observes", seen)
        want(type(info) is dict, "info", info)
        if isinstance(env.action_space(agent), marlgold.Discrete):
            mask = info["action_mask"]
            want(mask.dtype == numpy.int8 and mask.shape == (env.action_space(agent).n,) and set(mask) <= {0, 1}, "mask", mask)
            want(mask.any() == info.get("turn", True), agent, "has mask", mask)


def episode(env, masked, cycles):
    """What PettingZoo's parallel test asks of one."""
    observations, infos = env.reset()
    want(env.agents == env.possible_agents and env.agents is not env.possible_agents and env.num_agents == env.max_num_agents, "agents after a reset")
    looked_at(env, observations, infos, env.agents)
    finished = set()
    for _ in range(cycles):
        agents = list(env.agents)
        result = env.step({agent: sample(env, agent, infos[agent], masked) for agent in agents})
        observations, rewards, terminations, truncations, infos = result
        want(type(result) is tuple and all(type(one) is dict and list(one) == agents for one in result), "keys of a step")
        want({type(x) for x in rewards.values()} == {float} and all(numpy.isfinite(list(rewards.values()))), "rewards", rewards)
        want({type(x) for one in (terminations, truncations) for x in one.values()} == {bool}, "flags")
        looked_at(env, observations, infos, agents)
        finished |= {agent for agent in agents if terminations[agent] or truncations[agent]}
        want(env.agents == [agent for agent in agents if agent not in finished], "agents after a step", env.agents)
        for one in (*observations.values(), *(info["action_mask"] for info in infos.values() if "action_mask" in info)):
            one[:] = 77  # a caller's own
        if not env.agents:
            want(finished == set(env.possible_agents), "some never ended")
            want(env.step({}) == ({}, {}, {}, {}, {}) and env.num_agents == 0, "a step after the end")
            return
        observations, infos = env._observations(), env._infos()
        looked_at(env, observations, infos, env.agents)
    want(False, "no end in", cycles)


def same(a, b):
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    return type(a) is type(b) and bool(numpy.all(a == b))


def seeded(env):
    env.reset(seed=42)
    for i, agent in enumerate(env.agents):
        env.action_space(agent).seed(42 + i)
        env.observation_space(agent).seed(42 + i)
    kept = [env.reset(seed=42, options={"options": 1})]
    while env.agents:
        kept.append(env.step({agent: env.action_space(agent).sample() for agent in env.agents}))
    return kept


def deterministic(make):
    """Two that were seeded alike are alike, whatever was before; without a seed the next episode is another one's next."""
    one, other = make(), make(seed=7)
    other.reset()
    first = seeded(one)
    want(same(first, seeded(other)) and one.digest() == other.digest(), "two of a seed differ")
    after = one.reset(seed=None)
    want(same(after, other.reset()), "without a seed it does not go on")
    want(same(one.reset(seed=42), first[0]) and not one._rows.reward.any(), "the seed is not the episode")


def one_by_one(env):
    """As PettingZoo's conversion drives it: agents act in turn, a round is a step, and who is over makes one more without
    an action. The dict of actions is the converter's own and is changed afterwards."""
    twin = copy.deepcopy(env)
    observations, infos = env.reset(seed=3, options=None)
    twin.reset(seed=3)
    want(set(infos) == set(env.agents) == set(observations), "what a reset tells")
    actions, live, metadata = {}, env.agents[:], {**env.metadata}
    while live:
        for agent in live:
            info = infos[agent]
            want(info == infos[agent], "infos are compared as they are")
            actions[agent] = sample(env, agent, info, True)
        twin.step(dict(actions))
        observations, _, terminations, truncations, infos = env.step(actions)
        order = env.agents + [agent for agent in sorted(observations, key=str) if agent not in set(env.agents)]
        want(set(order) == set(live), "who is there")
        for agent in [agent for agent in live if terminations[agent] or truncations[agent]]:
            del actions[agent]
            live.remove(agent)
        for agent in actions:
            actions[agent] = None
    want(not env.agents and env.metadata == metadata and env.digest() == twin.digest(), "after the last")


def state(env):
    if not hasattr(env, "state_space"):
        try:
            env.state()
        except NotImplementedError:
            return
        want(False, "a state without a space")
    env.reset(seed=1)
    want(isinstance(env.state_space, marlgold.Box) and env.state_space is env.state_space, "state space")
    while env.agents:
        seen = env.state()
        want(env.state_space.contains(seen) and seen.dtype == numpy.float32 and seen.shape[0] > 0, "state", seen)
        seen[:] = 77
        want(not (env.state() == 77).any(), "a state that is not the caller's own")
        env.step({agent: env.action_space(agent).sample() for agent in env.agents})
    want(env.state_space.contains(env.state()), "state after the end")


def pictures(make):
    want(make().metadata["render_modes"] == ["ansi", "human"], "modes")
    for mode in make(render_mode="human").metadata["render_modes"][:]:
        env = make(render_mode=mode)
        want(env.render_mode == mode, "mode")
        env.reset()
        for _ in range(3):
            kept, sys.stdout = sys.stdout, io.StringIO()
            try:
                picture, printed = env.render(), sys.stdout.getvalue()
            finally:
                sys.stdout = kept
            want(type(picture) is str and picture and not printed if mode == "ansi" else picture is None and printed, mode, repr(picture))
            if env.agents:
                env.step({agent: env.action_space(agent).sample() for agent in env.agents})
        env.close()
    want(make().render_mode is None, "no mode")


def cut_off(make):
    """max_cycles cuts where the episode has not ended by then; PettingZoo's test sets it afterwards."""
    for most, env in ((2, make(max_cycles=2)), (3, make()), (1000, make())):
        env.max_cycles = most
        infos = env.reset(seed=0)[1]
        while env.agents:
            *_, terminations, truncations, infos = env.step({agent: sample(env, agent, infos[agent], True) for agent in env.agents})
        over, steps = [set(flags.values()) for flags in (terminations, truncations)], env._steps
        want(over in ([{True}, {False}], [{False}, {True}]), "both or none", over)
        want(steps <= most and (over[0] == {True} or steps == min(most, env._rows.spec.longest_episode)), steps, "steps of", most)


def what_is_wrong(make):
    try:
        env = make()
        before(env)
        env.max_cycles = 1000
        env.reset(seed=0, options={"options": 1})
        for masked in (False, True):
            episode(env, masked, 1000)
        deterministic(make)
        one_by_one(make())
        state(make())
        pictures(make)
        cut_off(make)
    except Wrong as found:
        return "NOT: %s" % found
    except Exception as found:
        return "NOT: %s: %s" % (type(found).__name__, found)
    return ""


for label, make in every():
    what = what_is_wrong(make)
    ok(not what, "%s%s: as PettingZoo asks %s" % ("stand-in, " * stand_in, label, what))

# ---- PettingZoo's own tests ----


def their_own():
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        for _, make in every():
            parallel_api_test(make(), num_cycles=300)
            parallel_seed_test(make, num_cycles=300)
            seed_test(lambda: parallel_to_aec(make()), num_cycles=300)
            render_test(lambda render_mode: parallel_to_aec(make(render_mode=render_mode)))
    for _, make in every():  # of bounds that are infinite it warns
        api_test(parallel_to_aec(make()), num_cycles=100)


if not stand_in:
    try:
        from pettingzoo.test import api_test, parallel_api_test, parallel_seed_test, render_test, seed_test
        from pettingzoo.utils import parallel_to_aec
    except ImportError:
        run += 1
        print("ok %d # SKIP PettingZoo is not installed here" % run)
    else:
        their_own()
        ok(True, "PettingZoo's parallel, seed, render and API tests, of every environment")
print("1..%d" % run)
sys.exit(failed > 0)
