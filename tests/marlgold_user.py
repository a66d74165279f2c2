"""What a program in Python relies on of suite/python/marlgold.py. Prints TAP; run by tests/test_python.sh:

    python3 tests/marlgold_user.py DIGESTS

DIGESTS: what tests/library_user.c prints of an episode of every environment. What PettingZoo asks is asked by
tests/pettingzoo_user.py."""
import copy
import os
import pickle
import subprocess
import sys
import threading

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
refused("wanted one of each of", lambda: one.step({"agent_%d" % i: 0 for i in range(5)}), "an agent too many")
refused("action of agent_2 is 0.5", lambda: one.step({"agent_%d" % i: 0.5 if i == 2 else 0 for i in range(4)}), "half an action")
refused("action 2 of agent_1, wanted one from 0 to 1", lambda: one.step({"agent_%d" % i: 2 if i == 1 else 0 for i in range(4)}), "an action out of range")
refused("-1 of agent_1", lambda: one.step({"agent_%d" % i: -1 if i == 1 else 0 for i in range(4)}), "an action below")
refused("no setting 'agent'", lambda: marlgold.parallel_env("predation", agent=6), "a setting that there is not")
refused("agents is 'six'", lambda: marlgold.parallel_env("predation", agents="six"), "a setting that is no number")
refused("render_mode is 'gif'", lambda: marlgold.parallel_env("predation", render_mode="gif"), "a mode that there is not")
for seed in (-1, 1 << 32, 0.5, True, "1"):
    refused("seed is %r, wanted a whole number from 0 to 4294967295" % (seed,), lambda: one.reset(seed=seed), "no seed")
refused("experiment is -1", lambda: marlgold.vector("predation", experiment=-1), "no experiment")
ok(one.reset(seed=numpy.uint32(4294967295))[0] and one.digest() != "", "the largest seed")
refused("max_cycles is 0", lambda: marlgold.parallel_env("predation", max_cycles=0), "no step at all")
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

# ---- one after the other, and gifts ----
room = marlgold.parallel_env("escape-room", asymmetric=True)
ok(room.turns == [["agent_1"], ["agent_0"]], "turns: who has the lever, then who leaves")
seen, infos = room.reset(seed=0)
other = list(room.parts("agent_0")).index(("other's action", (1, 1, 2))) * 2  # each part before it is of two numbers
ok([infos[agent]["turn"] for agent in room.agents] == [False, True] and not seen["agent_0"][other:other + 2].any()
   and infos["agent_0"]["action_mask"].tolist() == [0, 0] and infos["agent_1"]["action_mask"].tolist() == [1, 1], "the first turn")
seen, rewards, _, _, infos = room.step({"agent_1": 1})
ok([infos[agent]["turn"] for agent in room.agents] == [True, False] and seen["agent_0"][other:other + 2].tolist() == [0.0, 1.0]
   and not seen["agent_1"][other:other + 2].any() and rewards == {"agent_0": 0.0, "agent_1": 0.0}
   and infos["agent_0"]["action_mask"].tolist() == [1, 1], "the second sees what was decided in the first")
refused("wanted one of each of ['agent_0']", lambda: room.step({"agent_1": 1}), "not its turn")
_, rewards, terminations, _, _ = room.step({"agent_0": 1, "agent_1": 99})
ok(rewards == {"agent_0": 10.0, "agent_1": -1.0} and all(terminations.values()) and not room.agents,
   "then the step is made, whatever the other said again: %s" % rewards)
ok("turn" not in one.reset(seed=0)[1]["agent_0"] and one.turns == [one.possible_agents], "where all decide at once there are no turns")

stages = marlgold.vector("escape-room", asymmetric=True)
stages.reset()
ok(stages.disclose(0, numpy.array([[0, 1]])) is stages.observation and stages.part(stages.observation, 0)[0, other:other + 2].tolist() == [0, 1],
   "rows disclose a stage too")
refused("nothing to disclose after it", lambda: stages.disclose(1, numpy.array([[0, 1]])), "but not the last")


def together(name, most, **settings):
    """Three episodes by turns, and by rows with the same decisions: what differs first, or how many steps they took."""
    env, rows = marlgold.parallel_env(name, gifts=True, seed=3, **settings), marlgold.vector(name, seed=3, settings=settings)
    drawn, steps = numpy.random.default_rng(8), []
    for _ in range(3):
        env.reset()
        rows.reset()
        what = one_together(env, rows, drawn)
        if type(what) is not int or what > most:
            return "episode %d: %s" % (len(steps), what)
        steps.append(what)
    return "%s steps" % steps


def one_together(env, rows, drawn):
    spec, steps, asked = rows.spec, 0, []
    givers = env.turns[0 if env.turns[0][0] == "designer" else -1]
    gift = numpy.zeros((1, spec.givers, spec.gifts_per_giver), numpy.float32)
    while env.agents:
        action, last = numpy.zeros((1, spec.agents), numpy.int32), False
        while not last:
            decided, now = {}, env.turns[env._turn]
            last = now is env.turns[-1]
            for agent in now:
                if now is givers:
                    decided[agent] = gift[0, givers.index(agent)] = drawn.uniform(spec.gift_low, spec.gift_high, spec.gifts_per_giver)
                else:
                    decided[agent] = action[0, int(agent[6:])] = drawn.integers(env.action_space(agent).n)
            asked += [steps] * (now is givers)
            seen, rewards, _, _, infos = env.step(decided)
            if not last and any(rewards.values()):
                return "step %d: rewards before its end, %s" % (steps, rewards)
            if not last and env.turns[env._turn] is givers and seen[givers[0]][-spec.choices_length:].sum() != spec.agents:
                return "step %d: givers do not see every action" % steps
        rows.step(action, gift=gift)
        reward, paid, received = rows.reward[0].tolist(), rows.paid[0].tolist(), rows.received[0].tolist()
        found = [[infos[agent][what] for agent in env.possible_agents[:spec.agents]] for what in ("paid", "received")]
        theirs = [rows.welfare.item()] if givers == ["designer"] else reward[:spec.givers]
        if found != [paid, received] or list(rewards.values()) != reward + theirs or env.digest() != rows.digest():
            return "step %d: %s, %s; paid and received %s, %s" % (steps, rewards, reward, found, [paid, received])
        steps += 1
    if asked != [step for step in range(steps) if step % rows.gift_period == 0]:
        return "asked at %s" % asked
    return steps if rows.metrics() == env.metrics() and not rows.live.any() else "metrics, or the end"


for name, most, settings in (("prisoner", 50, {}), ("escape-room", 5, {"agents": 3}), ("escape-room", 5, {"asymmetric": True}),
                             ("escape-room", 5, {"designer": True}), ("matrix-game", 5, {"designer": True}), ("cleanup", 20, {"steps": 20}),
                             ("jungle", 20, {"agents": 5, "steps": 20}), ("gather-trade-build", 25, {"tax": 0, "steps": 25})):
    what = together(name, most, **settings)
    ok(what.endswith(" steps"), "%s%s: gifts by turns are gifts to rows: %s" % (name, settings or "", what))
gifts = marlgold.parallel_env("prisoner", gifts=True)
seen, _ = gifts.reset(seed=0)
ok(gifts.possible_agents[2:] == ["giver_0", "giver_1"] and not seen["giver_0"][-4:].any(), "givers are agents, who know no action yet")
seen = gifts.step({"agent_0": 1, "agent_1": 0})[0]
ok(seen["giver_1"][-4:].tolist() == [0.0, 1.0, 1.0, 0.0] and seen["giver_1"][:-4].tolist() == seen["agent_1"].tolist(),
   "then they see what their agents see, and all actions")
refused("gift 0 of giver 1 is 9, wanted a number from 0 to 2", lambda: gifts.step({"giver_0": [0, 1], "giver_1": numpy.array([9.0, 0.0])}), "too much")
refused("action of giver_0 is [1], wanted 2 numbers", lambda: gifts.step({"giver_0": [1], "giver_1": [0, 0]}), "too few numbers")
refused("action of giver_0 is None, wanted 2 numbers", lambda: gifts.step({"giver_0": None, "giver_1": [0, 0]}), "no numbers")
infos = gifts.step({"giver_0": [0, 1.5], "giver_1": [0.25, 0]})[4]
ok([infos["agent_0"][what] for what in ("paid", "received")] == [1.5, 0.25], "paid and received")
refused("has nobody who gives", lambda: marlgold.parallel_env("predation", gifts=True), "gifts of nobody")
tax = marlgold.parallel_env("gather-trade-build", tax=0, gifts=True)
ok(tax.action_space("designer").high.tolist() == [1.0] * 7 and tax._rows.gift_period > 1 and tax.turns[0] == ["designer"], "a designer of taxes")

# ---- copies ----
env = marlgold.parallel_env("gather-trade-build", tax=0, gifts=True)
infos = env.reset(seed=2)[1]


def on(env, infos, steps):
    drawn = numpy.random.default_rng(steps)
    for _ in range(steps):
        infos = env.step({agent: drawn.random(7) if agent == "designer" else drawn.choice(numpy.flatnonzero(infos[agent]["action_mask"]))
                          for agent in env.turns[env._turn]})[4]
    return infos


infos = on(env, infos, 15)
others = [copy.deepcopy(env), pickle.loads(pickle.dumps(env))]
digest = env.digest()
later = [(on(each, infos, 40), each.digest(), each.reset()[0]) for each in [env] + others]
ok(same(later[0], later[1]) and same(later[0], later[2]) and later[0][1] != digest, "copies and pickles go on by themselves, the same")
env.close()
ok(others[0].digest() != "", "and live longer")
rows = marlgold.vector("jungle", rows=3, seed=1, agents=5)
rows.reset(1)
rows.step(numpy.full((3, 5), 8, numpy.int32))
again = copy.deepcopy(rows)
ok(again.live.tolist() == [False, True, False] and same(again.reward, rows.reward) and same(again.observation, rows.observation)
   and [again.digest(row) for row in range(3)] == [rows.digest(row) for row in range(3)] and again.reset(0) is again.observation,
   "so do rows, begun or not")

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
ok(numpy.array(3) in discrete and numpy.array(4) not in discrete
   and numpy.array(1.0) not in discrete and numpy.array([1]) not in discrete, "an array of no dimension is a number")
ok(numpy.zeros(3, numpy.float32) in box and numpy.full(3, 2.0, numpy.float32) not in box and numpy.zeros(3) not in box
   and numpy.zeros(2, numpy.float32) not in box and numpy.full(3, numpy.nan, numpy.float32) not in box, "Box: shape, type, range")
drawn = numpy.array([box.sample() for _ in range(200)])
ok(drawn.dtype == numpy.float32 and -1 <= drawn.min() < -0.9 and 0.9 < drawn.max() <= 1 and box == marlgold._Box(-1.0, 1.0, (3,), numpy.float32)
   and box != marlgold._Box(-1.0, 2.0, (3,), numpy.float32), "a sample of all between its bounds")

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

print("1..%d" % run)
sys.exit(failed > 0)
