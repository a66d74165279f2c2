"""What a program written for CityFlow's Python module relies on. Prints TAP; run by tests/test_cityflow.sh:

    python3 tests/cityflow_user.py TRAFFIC SCRATCH REFERENCE

TRAFFIC: the program that makes networks, and gives the same numbers from C. REFERENCE: CityFlow's own tables, whose
doubles are printed with 17 significant digits, so that equal text is equal bits."""
import csv
import glob
import gzip
import io
import json
import math
import os
import re
import subprocess
import sys
import threading

import cityflow

traffic, scratch, reference = sys.argv[1:4]
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


def refused(kind, words, call, says):
    try:
        call()
    except kind as problem:
        ok(words in str(problem), "%s: %s" % (says, problem))
    except Exception as problem:
        ok(False, "%s: %s %s" % (says, type(problem).__name__, problem))
    else:
        ok(False, "%s: nothing raised" % says)


def said(call):
    """What is printed on stderr."""
    kept, sys.stderr = sys.stderr, io.StringIO()
    try:
        call()
        return sys.stderr.getvalue()
    finally:
        sys.stderr = kept


def generate(name, *options, **changes):
    folder = os.path.join(scratch, name)
    subprocess.run([traffic, "generate", "grid", "--rows", "2", "--cols", "3", "--spacing", "150", "--width", "16", "--every",
                    "5", "--flow", "turns", "--seed", "9", "--out", folder, *options], check=True, capture_output=True)
    path = os.path.join(folder, "config.json")
    with open(path) as file:
        config = json.load(file)
    config.update(dir=folder + "/", **changes)
    with open(path, "w") as file:
        json.dump(config, file)
    return path


def steps(engine, count):
    for _ in range(count):
        engine.next_step()
    return engine


def seen(engine):
    """All that can be asked."""
    return (engine.get_vehicle_count(), engine.get_vehicles(), engine.get_vehicles(True), engine.get_lane_vehicle_count(),
            engine.get_lane_waiting_vehicle_count(), engine.get_lane_vehicles(), engine.get_vehicle_speed(),
            engine.get_vehicle_distance(), engine.get_current_time(), engine.get_average_travel_time(),
            {name: (engine.get_leader(name), engine.get_vehicle_info(name)) for name in engine.get_vehicles(True)})


def table(text):
    rows = csv.DictReader(io.StringIO(text))
    by_step = {}
    for row in rows:
        by_step.setdefault(int(row["step"]), []).append(row)
    return by_step


def read(path):
    if not os.path.exists(path):
        path += ".gz"
    return (gzip.open(path, "rt") if path.endswith(".gz") else open(path)).read()


# ---- containers ----
plan, agents = generate("plan"), generate("agents", "--lights", "agents")
engine = steps(cityflow.Engine(config_file=plan, thread_num=1), 150)
count, vehicles, every, on_lanes, waiting, lanes, speed, distance, now, travel, more = seen(engine)
ok(type(count) is int and type(now) is float and type(travel) is float and now == 150.0, "numbers are int and float")
ok(type(vehicles) is list and len(vehicles) == count > 50 and set(vehicles) < set(every),
   "%d vehicles, %d with those outside" % (count, len(every)))
ok(all(list(d) == sorted(d, key=str.encode) for d in (on_lanes, waiting, lanes, speed, distance)),
   "dicts are in order of their keys' bytes")
ok(set(speed) == set(distance) == set(vehicles) and {type(x) for x in speed.values()} == {float}, "speeds of all on the roads")
ok(all(on_lanes[lane] == len(lanes[lane]) for lane in lanes) and sum(on_lanes.values()) < count
   and {type(x) for x in on_lanes.values()} == {int}, "counts are of the lists on the lanes, without links")
ok(all(waiting[lane] == sum(speed[v] < 0.1 for v in lanes[lane]) for lane in lanes) and sum(waiting.values()) > 0,
   "waiting is slower than 0.1 m/s")
network = json.loads(read(os.path.join(os.path.dirname(plan), "roadnet.json")))
roads = {road["id"]: road for road in network["roads"]}
names = ["%s_%d" % (road["id"], i) for road in network["roads"] for i in range(len(road["lanes"]))]
ok(sorted(names, key=str.encode) == list(on_lanes), "every lane is there")
outside = [name for name in every if name not in speed]
ok(outside and all(more[name] == ("", {"running": "0"}) for name in outside), "outside: not running, no leader")
on_lane = {name: lane for lane, list_ in lanes.items() for name in list_}
good = True
for name in vehicles:
    leader, info = more[name]
    lane = on_lane.get(name)
    good &= info["running"] == "1" and info["distance"] == "%f" % distance[name] and info["speed"] == "%f" % speed[name]
    if lane:
        road = lane.rsplit("_", 1)[0]
        place = lanes[lane].index(name)
        good &= (list(info) == ["distance", "drivable", "intersection", "road", "route", "running", "speed"]
                 and info["drivable"] == lane and info["road"] == road and info["route"].split()[0] == road
                 and info["intersection"] == roads[road]["endIntersection"] and info["route"].endswith(" ")
                 and (place == 0 or leader == lanes[lane][place - 1]))
    else:
        good &= "_TO_" in info["drivable"] and list(info) == ["distance", "drivable", "route", "running", "speed"]
ok(good, "info: strings, where the vehicle is and where it goes")
ok(any(more[name][0] for name in vehicles) and any(more[name][0] == "" for name in vehicles), "leaders, and '' for none")
ok(cityflow.__version__.count(".") == 2, "a version: %s" % cityflow.__version__)

# ---- the same from C ----
steps_csv, positions_csv = os.path.join(scratch, "steps.csv"), os.path.join(scratch, "positions.csv")
subprocess.run([traffic, "run", "--config", plan, "--steps", "300", "--steps-csv", steps_csv, "--positions-csv",
                positions_csv], check=True, capture_output=True)


def as_printed(engine, rows, places, order):
    """A step's row and its vehicles, as a table has them; the text of what differs first."""
    counts, waits = engine.get_lane_vehicle_count(), engine.get_lane_waiting_vehicle_count()
    pairs = [(rows["time"], "%.17g" % engine.get_current_time()), (rows["running"], str(engine.get_vehicle_count())),
             (rows["avg_travel_time"], "%.17g" % engine.get_average_travel_time()),
             (rows["lane_count_sum"], str(sum(counts.values()))), (rows["lane_wait_sum"], str(sum(waits.values())))]
    if int(rows["step"]) % 10 == 0:
        pairs += [(rows["lane_count_hash"], fnv(counts[lane] for lane in order)),
                  (rows["lane_wait_hash"], fnv(waits[lane] for lane in order))]
    if places is not None:
        speed, distance = engine.get_vehicle_speed(), engine.get_vehicle_distance()
        driving = [row for row in places if row["distance"]]
        everyone = engine.get_vehicles(True)
        on_lanes = engine.get_lane_vehicles()
        listed = {}
        for row in driving:
            listed.setdefault(row["drivable"], []).append(row["vehicle"])
        pairs += [([row["distance"] for row in driving], ["%.17g" % distance[row["vehicle"]] for row in driving]),
                  ([row["speed"] for row in driving], ["%.17g" % speed[row["vehicle"]] for row in driving]),
                  ([row["leader"] for row in driving], [engine.get_leader(row["vehicle"]) for row in driving]),
                  (sorted(row["vehicle"] for row in places), sorted(everyone)),
                  ([row["vehicle"] for row in sorted(places, key=lambda row: int(row["priority"]))], everyone),
                  ({lane: ids for lane, ids in listed.items() if "_TO_" not in lane},
                   {lane: ids for lane, ids in on_lanes.items() if ids})]
    return next(("%s is not %s" % (found, wanted) for wanted, found in pairs if wanted != found), "")


def fnv(numbers):
    value = 14695981039346656037
    for number in numbers:
        for _ in range(4):
            value = ((value ^ (number & 255)) * 1099511628211) & 0xFFFFFFFFFFFFFFFF
            number >>= 8
    return "%016x" % value


def differs(engine, rows, places, order, schedule=None, count=None):
    """The first step at which the engine is not what the tables say, or ''."""
    for step in range(1, (count or max(rows)) + 1):
        for name, phase in (schedule or {}).get(step - 1, []):
            engine.set_tl_phase(name, phase)
        engine.next_step()
        what = as_printed(engine, rows[step][0], places.get(step), order)
        if what:
            return "step %d: %s" % (step, what[:300])
    return ""


rows, places = table(read(steps_csv)), table(read(positions_csv))
what = differs(cityflow.Engine(plan), rows, places, names)
ok(not what, "300 steps as build/bin/traffic prints them %s" % what)
what = differs(steps(cityflow.Engine(plan), 1), rows, places, names, count=3)
ok(what.startswith("step 1:"), "a step later they differ: %s" % what[:60])

# ---- lights ----
left, right = cityflow.Engine(agents), cityflow.Engine(agents)
for engine, phase in ((left, 1), (right, 2)):
    for _ in range(40):
        for node in network["intersections"]:
            if not node["virtual"]:
                engine.set_tl_phase(node["id"], phase)
        engine.next_step()
ok(left.get_lane_waiting_vehicle_count() != right.get_lane_waiting_vehicle_count(), "phases move other vehicles")
edge = next(node["id"] for node in network["intersections"] if node["virtual"])
ok(left.set_tl_phase(edge, 3) is None, "at the edge of the map nothing happens")
ok("rlTrafficLight is false" in said(lambda: cityflow.Engine(plan).set_tl_phase("intersection_1_1", 1)),
   "with the plan a line says that nothing happens")
refused(RuntimeError, "phase 99 of intersection intersection_1_1, wanted one from 0", lambda: left.set_tl_phase("intersection_1_1", 99),
        "a phase too many")
refused(RuntimeError, "No such intersection: nowhere", lambda: left.set_tl_phase("nowhere", 0), "no intersection")
example = os.path.join(os.path.dirname(cityflow.__file__), "max_pressure.py")
printed = subprocess.run([sys.executable, example, agents, "400"], capture_output=True, text=True)
own = subprocess.run([traffic, "run", "--config", agents, "--steps", "400", "--lights", "max-pressure"], capture_output=True, text=True)
travel = re.search(r"average travel time (\S+) s", own.stdout).group(1)
ok(travel in printed.stdout.split(), "max-pressure in 30 lines is the C program's, to the last digit: %s%s"
   % (printed.stdout.strip(), printed.stderr[-200:]))

# ---- vehicles ----
engine = steps(cityflow.Engine(agents), 30)
name = max(engine.get_vehicle_speed(), key=engine.get_vehicle_speed().get)
before = engine.get_vehicle_speed()[name]
engine.set_vehicle_speed(name, 1.25)
told = before
while told > 1.25 and told > before - 20:
    engine.next_step()
    told = engine.get_vehicle_speed()[name]
    engine.set_vehicle_speed(name, 1.25)
ok(before > 2.0 and told == 1.25, "a speed told: %s drives %.17g m/s, then %.17g" % (name, before, told))
refused(RuntimeError, "Vehicle 'flow_0_999' not found", lambda: engine.set_vehicle_speed("flow_0_999", 1.0), "no vehicle")
refused(RuntimeError, "is not a number", lambda: engine.set_vehicle_speed(name, float("nan")), "no number")
for wrong in ("flow_00_1", "flow_1", "flow_1_", "flow_1_1 ", "Flow_0_0", "flow_99999999999_0", "manually_pushed_-1", ""):
    try:
        engine.get_leader(wrong)
        ok(False, "'%s' is no vehicle" % wrong)
    except RuntimeError as problem:
        ok(str(problem) == "Vehicle '%s' not found" % wrong, "'%s' is no vehicle" % wrong)
refused(RuntimeError, "Vehicle 'x' not found", lambda: engine.get_vehicle_info("x"), "no info of nobody")

alone = steps(cityflow.Engine(agents), 3)
first, second = "road_0_1_0", "road_1_1_0"
alone.push_vehicle({"length": 4, "maxSpeed": 9.5, "speed": 3.0, "colour": 1.0}, [first, second])
alone.push_vehicle({}, [first, second])
alone.push_vehicle({}, [first, second])
ok(alone.get_vehicle_info("manually_pushed_0") == {"running": "0"} and sorted(alone.get_vehicles(True))[-2:] == ["manually_pushed_1", "manually_pushed_2"]
   and "manually_pushed_0" not in alone.get_vehicles(), "pushed: there, and outside")
steps(alone, 12)
info = alone.get_vehicle_info("manually_pushed_0")
ok(info["running"] == "1" and info["route"] in (first + " " + second + " ", second + " ")
   and alone.get_vehicle_speed()["manually_pushed_0"] <= 9.5, "then on its way: %s" % info)
refused(RuntimeError, "No such road: x", lambda: alone.push_vehicle({}, ["x"]), "pushed nowhere")
refused(RuntimeError, "minGap of the vehicle pushed is -1", lambda: alone.push_vehicle({"minGap": -1}, [first]), "pushed wrongly")
refused(RuntimeError, "no road in the route", lambda: alone.push_vehicle({}, []), "pushed without a road")
sent = [name for name, lane in ((v, l) for l, vs in alone.get_lane_vehicles().items() for v in vs)
        if alone.get_vehicle_info(name)["route"].startswith("road_0_1_0 road_1_1_0 ")]
straight = [name for name in sent if alone.set_vehicle_route(name, ["road_1_1_0", "road_2_1_1"])]
ok(straight and all(alone.get_vehicle_info(name)["route"] == "road_0_1_0 road_1_1_0 road_2_1_1 " for name in straight),
   "%d of %d sent elsewhere" % (len(straight), len(sent)))
ok(alone.set_vehicle_route(straight[0], ["road_0_1_0"]) is False and alone.set_vehicle_route(straight[0], ["x"]) is False
   and alone.set_vehicle_route("x", [first]) is False and alone.set_vehicle_route(straight[0], []) is False,
   "False: no such way, road, vehicle, or nothing")

# ---- again ----
def history(engine, count=60):
    return [(engine.get_vehicles(True), engine.get_vehicle_distance()) for _ in range(count) if engine.next_step() is None]


engine = cityflow.Engine(plan)
episode = history(engine)
engine.reset(True)
ok(engine.get_current_time() == 0.0 and engine.get_vehicles(True) == [] and engine.get_average_travel_time() == 0.0,
   "reset: an empty network at 0")
ok(history(engine) == episode, "reset(True) is the first episode again")
engine.reset(seed=False)
ok(history(engine) != episode, "reset() goes on with the random numbers")
engine.reset()
engine.set_random_seed(9)
ok(history(engine) == episode, "set_random_seed(9), the config's, is the first episode")
engine.reset()
engine.set_random_seed(10)
ok(history(engine) != episode, "set_random_seed(10) is another")

# ---- archives ----
engine = steps(cityflow.Engine(agents), 50)
engine.push_vehicle({"maxSpeed": 7.0}, [first, second])
steps(engine, 5)
archive = engine.snapshot()
state = seen(engine)
later = seen(steps(engine, 50))
engine.load(archive)
ok(seen(engine) == state, "load: what was there at the snapshot")
ok(seen(steps(engine, 50)) == later, "and it goes on as it went on")
kept = os.path.join(scratch, "kept.archive")
archive.dump(kept)
ok(not glob.glob(kept + ".*"), "dump leaves one file")
other = cityflow.Engine(agents, 4)
other.load_from_file(kept)
ok(seen(other) == state and seen(steps(other, 50)) == later, "load_from_file, in another engine")
engine.push_vehicle({}, [first, second])
other.push_vehicle({}, [first, second])
ok("manually_pushed_1" in engine.get_vehicles(True) and "manually_pushed_1" in other.get_vehicles(True),
   "the next one pushed has the next number")
cityflow.Archive(engine).dump(kept)
other.load_from_file(kept)
ok(seen(other) == seen(engine), "Archive(engine) is a snapshot")
with open(kept, "r+b") as file:
    file.seek(2000)
    byte = file.read(1)
    file.seek(2000)
    file.write(bytes([byte[0] ^ 4]))
refused(RuntimeError, "kept.archive: a saved simulation that was cut or changed", lambda: other.load_from_file(kept), "a changed archive")
ok(seen(other) == seen(engine), "changes nothing")
with open(kept, "w") as file:
    file.write('{"step": 10, "activeVehicleCount": 0, "rnd": "' + "1 " * 624 + '624"}')
refused(RuntimeError, "CityFlow itself wrote", lambda: other.load_from_file(kept), "CityFlow's own archive")
refused(FileNotFoundError, "nothing", lambda: other.load_from_file(os.path.join(scratch, "nothing")), "no archive")
refused(TypeError, "found str", lambda: other.load("x"), "no archive")
refused(RuntimeError, "of another road network", lambda: cityflow.Engine(generate("other", seed=10)).load(archive),
        "another config's archive")

# ---- replay files ----
def replayed(path):
    """CityFlow's format: a line a step; vehicles 'x y angle id change length width' each with a comma, ';', then 'road light...'."""
    text = read(path)
    result = []
    if text and not text.endswith("\n"):
        raise ValueError("the last line has no end")
    for line in text.split("\n")[:-1]:
        cars, lights = line.split(";")
        if cars and not cars.endswith(",") or not lights.endswith(","):
            raise ValueError("no comma at an end")
        drawn = [car.split(" ") for car in cars.split(",")[:-1]]
        if any(len(car) != 7 or car[4] not in ("-1", "0", "1") for car in drawn):
            raise ValueError("a vehicle has seven words: %s" % drawn)
        shown = {}
        for light in lights.split(",")[:-1]:
            road, *letters = light.split(" ")
            if road in shown or set(letters) - set("gri"):
                raise ValueError("lights are %s" % light)
            shown[road] = letters
        result.append(({car[3]: [float(x) for x in car[:3] + car[5:]] for car in drawn}, [car[3] for car in drawn], shown))
    return result


folder = os.path.dirname(generate("replay", saveReplay=True, roadnetLogFile="roadnet.log.json", replayLogFile="replay.txt"))
engine = cityflow.Engine(os.path.join(folder, "config.json"))
seen_then = []
for _ in range(80):
    engine.next_step()
    seen_then.append((engine.get_vehicles(), engine.get_lane_vehicles(), engine.get_vehicle_distance()))
frames = replayed(os.path.join(folder, "replay.txt"))
ok(len(frames) == 80 and all(frame[1] == then[0] for frame, then in zip(frames, seen_then)),
   "a line per step, the vehicles on the roads by priority")
silent = steps(cityflow.Engine(plan), 80)
ok(silent.get_vehicle_distance() == engine.get_vehicle_distance(), "a replay changes no number")
static = json.loads(read(os.path.join(folder, "roadnet.log.json")))["static"]
nodes, edges = {node["id"]: node for node in static["nodes"]}, {edge["id"]: edge for edge in static["edges"]}
ok(list(edges) == list(roads) and all(
    edge["nLane"] == len(edge["laneWidths"]) == len(roads[name]["lanes"]) and edge["from"] in nodes and edge["to"] in nodes
    and edge["points"] == [[p["x"], p["y"]] for p in roads[name]["points"]] for name, edge in edges.items()),
   "the roads, as the viewer draws them")
ok(all(type(node["virtual"]) is bool and len(node["outline"]) % 2 == 0 and len(node["outline"]) >= 6 and len(node["point"]) == 2
       and (node["virtual"] or node["width"] == 16) for node in nodes.values()), "the intersections, with corners")


def inside(point, outline):
    corner = list(zip(outline[::2], outline[1::2]))
    return all((b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0]) > -1e-9
               for a, b in zip(corner, corner[1:] + corner[:1]))


ok(all(inside(node["point"], node["outline"]) for node in nodes.values()), "corners go round the centre, counter-clockwise")
good, near = True, 0
for (drawn, _, lights), (_, lanes, distance) in zip(frames, seen_then):
    good &= set(lights) == {name for name, edge in edges.items() if not nodes[edge["to"]]["virtual"]}
    good &= all(len(letters) == edges[name]["nLane"] for name, letters in lights.items())
    for lane, ids in lanes.items():
        road, index = lane.rsplit("_", 1)
        edge = edges[road]
        (x0, y0), (x1, y1) = edge["points"][0], edge["points"][-1]
        long = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
        east, north, cut = (x1 - x0) / long, (y1 - y0) / long, 0.0 if nodes[edge["from"]]["virtual"] else 16.0
        aside = sum(edge["laneWidths"][:int(index)]) + edge["laneWidths"][int(index)] / 2
        for name in ids:
            x, y, angle, length, width = drawn[name]
            along = distance[name] + cut
            near += 1
            good &= abs(x - (x0 + east * along + north * aside)) < 1e-9 and abs(y - (y0 + north * along - east * aside)) < 1e-9
            good &= abs(math.cos(angle) - east) < 1e-9 and length == 5.0 and width == 2.0
ok(good and near > 500, "%d vehicles are drawn where they are, and lights at every road that ends at some" % near)
letters = {letter for frame in frames for light in frame[2].values() for letter in light}
ok(letters == {"g", "r"}, "lights are green and red")
engine.set_replay_file("second.txt")
steps(engine, 5)
engine.set_save_replay(False)
steps(engine, 5)
engine.set_save_replay(open=True)
steps(engine, 2)
ok(len(replayed(os.path.join(folder, "replay.txt"))) == 80 and len(replayed(os.path.join(folder, "second.txt"))) == 7,
   "another file, with a pause")
ok("saveReplay is false" in said(lambda: silent.set_replay_file("x")) and "saveReplay is false" in said(lambda: silent.set_save_replay(True)),
   "without saveReplay a line says that nothing happens")
refused(OSError, "nowhere", lambda: cityflow.Engine(generate("noreplay", saveReplay=True, roadnetLogFile="nowhere/r.json", replayLogFile="x")),
        "a replay that cannot be written")

# ---- what is not there ----
refused(RuntimeError, "nothing/config.json", lambda: cityflow.Engine(os.path.join(scratch, "nothing/config.json")), "no config")
refused(RuntimeError, "laneChange: true is not supported where there is a second lane", lambda: cityflow.Engine(generate("change", laneChange=True)),
        "laneChange")
broken = generate("broken")
with open(broken, "w") as file:
    file.write("{")
refused(RuntimeError, "config.json", lambda: cityflow.Engine(broken), "half a config")
refused(ValueError, "thread_num is 0", lambda: cityflow.Engine(plan, 0), "no thread")
refused(AttributeError, "Engine.get_weather is not there", lambda: engine.get_weather(), "what nobody has")
refused(AttributeError, "cityflow.Simulator is not there", lambda: cityflow.Simulator, "what nobody has")

# ---- threads ----
results = {}


def drive(key, path):
    results[key] = history(cityflow.Engine(path), 250)


threads = [threading.Thread(target=drive, args=(key, path)) for key, path in enumerate((plan, agents, plan, agents))]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
ok(results[0] == results[2] == history(cityflow.Engine(plan), 250) and results[1] == results[3] != results[0],
   "four engines in four threads drive as one alone")

# ---- CityFlow's own tables ----
if not os.path.isdir(reference):
    skip("CityFlow's tables: no reference data here")
else:
    for folder in sorted(glob.glob(os.path.join(reference, "p*"))):
        case = os.path.basename(folder)
        own = os.path.join(scratch, case)
        os.mkdir(own)
        for name in ("roadnet.json", "flow.json", "config_fixed.json", "config_rl.json"):
            with open(os.path.join(own, name), "w") as file:
                file.write(read(os.path.join(folder, name)))
        os.chdir(own)
        network = json.loads(read("roadnet.json"))
        order = ["%s_%d" % (road["id"], i) for road in network["roads"] for i in range(len(road["lanes"]))]
        for kind in ("fixed", "rl"):
            rows = table(read(os.path.join(folder, "steps_%s.csv" % kind)))
            positions = os.path.join(folder, "positions_%s.csv" % kind)
            known = os.path.exists(positions) or os.path.exists(positions + ".gz")
            places = table(read(positions)) if known else {}
            schedule = None
            if kind == "rl":
                signals = [node["id"] for node in network["intersections"] if not node["virtual"]]
                schedule = {int(row[0]): list(zip(signals, map(int, row[1:])))
                            for row in list(csv.reader(io.StringIO(read(os.path.join(folder, "schedule_rl.csv")))))[1:]}
            what = differs(cityflow.Engine("config_%s.json" % kind), rows, places, order, schedule)
            ok(not what, "%s, %s: %d steps to the bit, every vehicle in %d of them %s" % (case, kind, max(rows), len(places), what))
print("1..%d" % run)
sys.exit(failed > 0)
