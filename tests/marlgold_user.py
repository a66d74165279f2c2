"""What a program in Python relies on of suite/python/marlgold.py. Prints TAP; run by tests/test_python.sh:

    python3 tests/marlgold_user.py DIGESTS

DIGESTS: what tests/library_user.c prints of an episode of every environment. PettingZoo's own tests run too where it is
installed; what they ask is asked here in any case."""
import os
import subprocess
import sys
import threading
import warnings

import numpy

import marlgold

run = failed = 0


def ok(good, says):
    global run, failed
    run += 1
    failed += not good
    print("%sok %d - %s" % ("" if good else "not ", run, says), flush=True)


def skip(why):
    global run
    run += 1
    print("ok %d # SKIP %s" % (run, why), flush=True)


def refused(words, call, says, kind=ValueError):
    try:
        call()
    except kind as problem:
        ok(words in str(problem), "%s: %s" % (says, problem))
    except Exception as problem:
        ok(False, "%s: %s %s" % (says, type(problem).__name__, problem))
    else:
        ok(False, "%s: nothing raised" % says)


def short(name):
    return {"jungle": {"agents": 5}, "traffic-control": {"rows": 2, "columns": 2, "episode_seconds": 300}}.get(name, {})


names = marlgold.environments()
ok(len(names) >= 9 and "predation" in names and len(set(names)) == len(names), "environments: %s" % ", ".join(names))
ok(all(low <= value <= high and source for name in names for value, low, high, source in marlgold.settings(name).values()),
   "settings have a value within their range, and a source")
refused("no environment 'predatoin'", lambda: marlgold.settings("predatoin"), "settings of nothing")

# ---- PettingZoo's Parallel interface ----


def what_is_wrong(env):
    """What PettingZoo's parallel test asks; '' where all is well."""
    env.max_cycles = 1000  # its test sets that
    if env.unwrapped is not env or env.max_num_agents != len(env.possible_agents) or env.agents:
        return "before a reset"
    env.reset(seed=0, options={"options": 1})
    for _ in range(2):
        observations, infos = env.reset()
        if env.agents != env.possible_agents or env.agents is env.possible_agents or env.num_agents != len(env.agents):
            return "agents after a reset"
        for _ in range(1000):
            agents = list(env.agents)
            for agent in agents:
                space, actions = env.observation_space(agent), env.action_space(agent)
                if space is not env.observation_space(agent) or actions is not env.action_space(agent):
                    return "spaces are made anew"
                if observations[agent] not in space or observations[agent].dtype != numpy.float32:
                    return "observation %r is not in %r" % (observations[agent], space)
                mask = infos[agent].get("action_mask")
                if mask is not None and (mask.dtype != numpy.int8 or mask.shape != (actions.n,) or not mask.any()):
                    return "mask %r" % mask
            chosen = {agent: env.action_space(agent).sample(infos[agent].get("action_mask")) for agent in agents}
            if not all(chosen[agent] in env.action_space(agent) for agent in agents):
                return "a sample outside"
            result = env.step(chosen)
            observations, rewards, terminations, truncations, infos = result
            if not all(type(one) is dict and list(one) == agents for one in result):
                return "keys"
            if {type(x) for x in rewards.values()} != {float} or {
                    type(x) for one in (terminations, truncations) for x in one.values()} != {bool}:
                return "types"
            over = [agent for agent in agents if terminations[agent] or truncations[agent]]
            if env.agents != [agent for agent in agents if agent not in over]:
                return "agents after a step"
            if not env.agents:
                break
        if env.agents:
            return "no end"
        if env.step({}) != ({}, {}, {}, {}, {}):
            return "a step after the end"
    return ""


def history(env, seed, steps=400):
    kept = [env.reset(seed=seed)]
    for i, agent in enumerate(env.agents):
        env.action_space(agent).seed(42 + i)
    while env.agents and len(kept) < steps:
        kept.append(env.step({agent: env.action_space(agent).sample() for agent in env.agents}))
    return kept


def same(a, b):
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    return type(a) is type(b) and bool(numpy.all(a == b))


for name in names:
    what = what_is_wrong(marlgold.parallel_env(name, **short(name)))
    ok(not what, "%s: PettingZoo's Parallel interface %s" % (name, what))
for name in names:
    one, other = marlgold.parallel_env(name, **short(name)), marlgold.parallel_env(name, seed=7, **short(name))
    first, again, third = history(one, 42), history(other, 42), history(one, 42)
    ok(same(first, again) and same(first, third) and one.digest() == other.digest(),
       "%s: a seed is an episode, %d steps long" % (name, len(first) - 1))
ends = {name: history(marlgold.parallel_env(name, **short(name)), 1)[-1] for name in ("predation", "traffic-control")}
ok([[set(end[2].values()), set(end[3].values())] for end in ends.values()] == [[{True}, {False}], [{False}, {True}]],
   "predation terminates, traffic-control is cut off")
one = marlgold.parallel_env("predation", agents=4)
start = [one.reset(seed=5)[0], one.reset()[0], one.reset(seed=6)[0], one.reset(seed=5)[0], one.reset()[0]]
ok(same(start[0], start[3]) and same(start[1], start[4]) and not same(start[0], start[1]) and not same(start[0], start[2]),
   "without a seed the next episode, with it the same")
ok(str(one) == "marlgold_predation" and one.metadata["is_parallelizable"], "a name: %s" % one)
one.reset(seed=0)
refused("wanted one of each of", lambda: one.step({"agent_0": 0}), "an action too few")
refused("action of agent_2 is 0.5", lambda: one.step({"agent_%d" % i: 0.5 if i == 2 else 0 for i in range(4)}), "half an action")
refused("action 2 of agent 1", lambda: one.step({"agent_%d" % i: 2 if i == 1 else 0 for i in range(4)}), "an action out of range")
refused("-1 of agent 1", lambda: one.step({"agent_%d" % i: -1 if i == 1 else 0 for i in range(4)}), "an action below")
refused("no setting 'agent'", lambda: marlgold.parallel_env("predation", agent=6), "a setting that there is not")
refused("agents is 'six'", lambda: marlgold.parallel_env("predation", agents="six"), "a setting that is no number")
refused("render_mode is 'gif'", lambda: marlgold.parallel_env("predation", render_mode="gif"), "a mode that there is not")
refused("2 stages in a step", lambda: marlgold.parallel_env("escape-room", asymmetric=True), "two stages")
ok(one.render() is None and len(marlgold.parallel_env("jungle", "ansi", agents=5).render()) == 0, "no picture before a reset")
drawn = marlgold.parallel_env("jungle", render_mode="ansi", agents=5)
drawn.reset(seed=0)
ok(drawn.render().count("\n") > 5, "a picture in text")
ok(drawn.parts("agent_0") and sum(c * h * w for _, (c, h, w) in drawn.parts("agent_0")) == 123, "parts of an observation")
ok(all(type(value) is float and type(unit) is str for value, unit in drawn.metrics().values()) and drawn.metrics(), "metrics")
with_state = [name for name in names if marlgold.vector(name, settings=short(name)).spec.state_length]
env = marlgold.parallel_env(with_state[0])
env.reset(seed=0)
ok(env.state() in env.state_space, "%s: a state" % with_state[0])
stateless = [name for name in names if name not in with_state]
refused("no state beside", lambda: marlgold.parallel_env(stateless[0]).state(), "%s: none" % stateless[0], NotImplementedError)
env.close()
env.close()
refused("is closed", env.reset, "after close")

env = marlgold.parallel_env("gather-trade-build")
infos = env.reset(seed=1)[1]
row = marlgold.vector("gather-trade-build", seed=1)
row.reset()
masks = [infos[agent]["action_mask"] for agent in env.agents]
ok(same(masks, [row.part(row.allowed, i)[0].astype(numpy.int8) for i in range(4)]) and not all(mask.all() for mask in masks)
   and len({mask.tobytes() for mask in masks}) > 1, "masks are the agents' own")

# ---- spaces that stand in for gymnasium's ----
discrete, box = marlgold._Discrete(4), marlgold._Box(-1.0, 1.0, (3,), numpy.float32)
discrete.seed(3)
drawn = [discrete.sample() for _ in range(200)]
discrete.seed(3)
ok([discrete.sample() for _ in range(200)] == drawn and set(drawn) == {0, 1, 2, 3}, "Discrete: a seed, all choices")
ok({discrete.sample(numpy.array([0, 1, 0, 1], numpy.int8)) for _ in range(100)} == {1, 3}
   and discrete.sample(numpy.zeros(4, numpy.int8)) == 0, "with a mask the allowed ones")
ok(3 in discrete and 4 not in discrete and -1 not in discrete and 1.0 not in discrete and discrete == marlgold._Discrete(4)
   and discrete != marlgold._Discrete(5), "what is in it")
ok(numpy.zeros(3, numpy.float32) in box and numpy.full(3, 2.0, numpy.float32) not in box and numpy.zeros(3) not in box
   and numpy.zeros(2, numpy.float32) not in box and numpy.full(3, numpy.nan, numpy.float32) not in box, "Box: shape, type, range")

# ---- rows ----
rows = marlgold.vector("jungle", rows=3, seed=1, agents=5)
before = rows.observation
ok(rows.reset() is before and rows.observation.shape == (3, 5 * 123) and rows.live.all(), "arrays are filled in place")
ok(numpy.shares_memory(rows.part(rows.observation, 2), before) and rows.part(rows.observation, 2).shape == (3, 123),
   "an agent's part is a view")
action = numpy.zeros((3, 5), numpy.int32)
ok(marlgold._given(action, numpy.int32, (3, 5), "action") is action, "actions are not copied")
seen, reward, terminated, truncated = rows.step(action)
ok(seen is before and reward is rows.reward and terminated.dtype == bool, "a step fills them")
alone = marlgold.vector("jungle", rows=1, seed=1, agents=5)
alone.reset()
alone.step(action[:1])
ok(alone.digest() == rows.digest(0) != rows.digest(1), "the first of three rows is the one alone")
saved = rows.save(1)
later = [rows.step(action) is not None and rows.digest(1) for _ in range(20)]
rows.restore(saved, 1)
ok([rows.step(action) is not None and rows.digest(1) for _ in range(20)] == later, "saved and restored it goes on the same")
rows.reset(row=2)
ok(rows.live.all() and rows.digest(2) != rows.digest(1), "one row anew")
refused("action has shape (3, 4)", lambda: rows.step(action[:, :4]), "too few actions")
refused("type float64", lambda: rows.step(action * 0.5), "halves of actions")
refused("row 1: action 9", lambda: rows.step(action + 9 * (numpy.arange(3)[:, None] == 1)), "an action out of range")
refused("another", lambda: marlgold.vector("jungle", seed=2, agents=5).restore(saved), "another seed's row")
gifts = marlgold.vector("prisoner", seed=3)
gifts.reset()
gifts.step(numpy.array([[0, 0]]), gift=numpy.ones((1, 2, gifts.spec.gifts_per_giver), numpy.float32))
ok(gifts.paid.any() and gifts.received.any(), "gifts are paid and received")
gifts.reset()
refused("gift", lambda: gifts.step(numpy.array([[0, 0]]), gift=numpy.full((1, 2, gifts.spec.gifts_per_giver), 1e9, numpy.float32)), "too large a gift")
reals = marlgold.vector("matrix-game")
ok(reals.spec.real_length == 0 and reals.spec.agents == 2, "choices, no vectors")

# ---- the same as in C ----
wanted = {(name, int(row)): digest for _, name, row, digest in (line.split() for line in open(sys.argv[1]))}


def play(name, found):
    rows = marlgold.vector(name, rows=2, seed=7, experiment=4242)
    spec = rows.spec
    steps = numpy.zeros(2, int)
    gift = numpy.where(numpy.arange(spec.givers * spec.gifts_per_giver) % 3 == 0, spec.gift_high, spec.gift_low)
    gift = numpy.tile(gift, (2, 1)).reshape(2, spec.givers, spec.gifts_per_giver) if spec.givers else None
    choices = numpy.array([max(agent.actions, 1) for agent in rows.agents])
    for _ in range(2):
        rows.reset()
        while rows.live.any():
            action = (steps[:, None] * 7 + numpy.arange(spec.agents) * 3 + numpy.arange(2)[:, None] * 5) % choices
            steps += rows.live
            rows.step(action.astype(numpy.int32), gift=gift)
    found.update({(name, row): rows.digest(row) for row in range(2)})


found = {}
threads = [threading.Thread(target=play, args=(name, found)) for name in names]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
for name in names:
    ok(all(found[name, row] == wanted[name, row] for row in range(2)), "%s: the digests of the C program" % name)
ok(len(wanted) == len(found) == 2 * len(names), "of every environment, in a thread each")

# ---- the example ----
example = os.path.join(os.path.dirname(marlgold.__file__), "train_predation.py")
printed = subprocess.run([sys.executable, example], capture_output=True, text=True)
team = [float(line.split()[2]) for line in printed.stdout.splitlines()]
ok(len(team) > 3 and team[0] < -5.5 and team[-1] > -4.1, "30 lines that learn: %s ... %s %s"
   % (team[:1], team[-1:], printed.stderr[-300:]))

# ---- PettingZoo's own tests ----
try:
    from pettingzoo.test import parallel_api_test, parallel_seed_test
except ImportError:
    skip("PettingZoo is not installed here")
else:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in names:
            parallel_api_test(marlgold.parallel_env(name, **short(name)), num_cycles=300)
            parallel_seed_test(lambda: marlgold.parallel_env(name, **short(name)), num_cycles=300)
    ok(True, "PettingZoo's parallel API test and seed test, of every environment")
print("1..%d" % run)
sys.exit(failed > 0)
