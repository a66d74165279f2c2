"""CityFlow's Python module on marlgold's simulator: the same calls, the same values, the same containers.

    import cityflow
    engine = cityflow.Engine("config.json", thread_num=1)
    for _ in range(3600):
        engine.next_step()
    print(engine.get_average_travel_time())

Put this folder on PYTHONPATH in front of the real module, after `make library`. Nothing but Python 3 and
libmarlgold.so is needed; MARLGOLD_LIBRARY names the latter where it is not found.

Numbers are CityFlow's to the last bit without lane change. Different on purpose, each raising or saying so:
- A config that CityFlow would answer with "load config failed!" and an empty network raises RuntimeError with file and
  place; so do unknown ids where CityFlow's program ends, and phases that do not exist. laneChange: true is refused where
  a road in use has a second lane.
- Archives are bytes of marlgold's own: dump and load_from_file read and write those, not CityFlow's JSON. A vehicle
  remembers after load what it had planned, and the roads of get_vehicle_info's "route" are those still to come.
- thread_num is taken and does nothing: one thread gives the same numbers.
"""
import ctypes
import json
import math
import os
import sys

_INSTALLED = None  # the folder of the library, written here by make install
_ABI = 1
_ERROR = 700
_ID = 48


class _Spec(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int) for name in ("lanes", "roads", "intersections", "lights_set")]
    _fields_ += [("interval", ctypes.c_double)]


class _Road(ctypes.Structure):
    _fields_ = [("id", ctypes.c_char_p), ("lanes", ctypes.c_int), ("start", ctypes.c_int), ("end", ctypes.c_int)]
    _fields_ += [("mean_length", ctypes.c_double)]


class _Intersection(ctypes.Structure):
    _fields_ = [("id", ctypes.c_char_p), ("phases", ctypes.c_int), ("edge", ctypes.c_int)]


# CityFlow's names of what a vehicle is like, in the order of marlgold_traffic_car.
_CAR = ("speed", "length", "width", "maxPosAcc", "maxNegAcc", "usualPosAcc", "usualNegAcc", "minGap", "maxSpeed",
        "headwayTime")


class _Car(ctypes.Structure):
    _fields_ = [(name, ctypes.c_double) for name in _CAR]


def _candidates():
    here = os.path.dirname(os.path.abspath(__file__))
    name = "libmarlgold.so.%d" % _ABI
    if os.environ.get("MARLGOLD_LIBRARY"):
        return [os.environ["MARLGOLD_LIBRARY"]]
    folders = [_INSTALLED, here, os.path.join(here, "..", "..", "build", "library"),
               os.path.join(here, "..", "..", "..", "lib")]
    return [os.path.join(folder, name) for folder in folders if folder] + [name]


def _declare(library):
    handle, text, error = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p
    number, real, room = ctypes.c_int, ctypes.c_double, ctypes.c_size_t
    for name, result, arguments in (
            ("open", handle, [text, error]), ("free", None, [handle]), ("note", text, [handle, number]),
            ("describe", None, [handle, ctypes.POINTER(_Spec)]), ("lane", text, [handle, number]),
            ("road_of", ctypes.c_bool, [handle, number, ctypes.POINTER(_Road)]),
            ("intersection_of", ctypes.c_bool, [handle, number, ctypes.POINTER(_Intersection)]),
            ("step", ctypes.c_bool, [handle, number, error]), ("reset", None, [handle, number]),
            ("seed", None, [handle, ctypes.c_uint32]),
            ("set_phase", ctypes.c_bool, [handle, number, number, error]),
            ("set_speed", ctypes.c_bool, [handle, text, real, error]),
            ("set_route", number, [handle, text, ctypes.POINTER(number), number, error]),
            ("car_default", None, [ctypes.POINTER(_Car)]),
            ("push", ctypes.c_bool, [handle, ctypes.POINTER(_Car), ctypes.POINTER(number), number, error]),
            ("time", real, [handle]), ("average_travel_time", real, [handle]), ("count", number, [handle, number]),
            ("lanes", None, [handle, ctypes.c_void_p, ctypes.c_void_p]),
            ("vehicles", room, [handle, number, number, text, room]),
            ("motion", None, [handle, ctypes.c_void_p, ctypes.c_void_p]),
            ("lane_vehicles", room, [handle, text, room]), ("leader", ctypes.c_bool, [handle, text, text]),
            ("info", room, [handle, text, text, room]), ("places", None, [handle, ctypes.c_void_p]),
            ("lights", room, [handle, text, room]), ("saved_bytes", room, [handle]),
            ("save", None, [handle, ctypes.c_void_p]),
            ("restore", ctypes.c_bool, [handle, text, room, error])):
        function = getattr(library, "marlgold_traffic_" + name)
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
_library.marlgold_version.restype = ctypes.c_char_p
__version__ = _library.marlgold_version().decode()


def __getattr__(name):
    raise AttributeError("cityflow.%s is not there: marlgold's cityflow has Engine and Archive" % name)


def _say(line):
    print("cityflow: " + line, file=sys.stderr)


class Archive:
    """The state of an engine: Engine.load goes on from it, dump keeps it in a file for Engine.load_from_file."""

    def __init__(self, engine):
        bytes_ = ctypes.create_string_buffer(_library.marlgold_traffic_saved_bytes(engine._handle))
        _library.marlgold_traffic_save(engine._handle, bytes_)
        self._bytes = bytes_.raw

    def dump(self, path):
        unfinished = "%s.%d.part" % (path, os.getpid())
        with open(unfinished, "wb") as file:
            file.write(self._bytes)
        os.replace(unfinished, path)


class Engine:
    _handle = None
    _log = None

    def __init__(self, config_file, thread_num=1):
        if thread_num < 1:
            raise ValueError("thread_num is %r, wanted at least 1" % (thread_num,))
        self._error = ctypes.create_string_buffer(_ERROR)
        self._text = ctypes.create_string_buffer(1 << 16)
        self._handle = _library.marlgold_traffic_open(os.fsencode(config_file), self._error)
        if not self._handle:
            raise RuntimeError(self._error.value.decode(errors="replace"))
        spec = _Spec()
        _library.marlgold_traffic_describe(self._handle, spec)
        self._lights_set = bool(spec.lights_set)
        self._lanes = [_library.marlgold_traffic_lane(self._handle, i).decode() for i in range(spec.lanes)]
        self._count = (ctypes.c_int32 * spec.lanes)()
        self._real = (ctypes.c_double * 1024)()
        self._ids = None  # of the vehicles on the roads, sorted; None after a change
        self._list_network(spec)
        with open(config_file, encoding="utf-8") as file:
            config = json.load(file)
        self._dir = config["dir"]
        self._replay_in_config = self._replay = config["saveReplay"]
        if self._replay:
            self._write_roadnet(self._dir + config["roadnetFile"], self._dir + config["roadnetLogFile"])
            self.set_replay_file(config["replayLogFile"])

    def __del__(self):
        if self._log:
            self._log.close()
        if self._handle:
            _library.marlgold_traffic_free(self._handle)
            self._handle = None

    def __getattr__(self, name):
        raise AttributeError("Engine.%s is not there: CityFlow has no such call, or marlgold's cityflow lacks it" % name)

    # ---- driving ----

    def next_step(self):
        self._ids = None
        if not _library.marlgold_traffic_step(self._handle, 1, self._error):
            self._fail()
        if self._replay:
            self._log.write(self._replay_line())

    def reset(self, seed=False):
        self._ids = None
        _library.marlgold_traffic_reset(self._handle, bool(seed))

    def set_random_seed(self, seed):
        _library.marlgold_traffic_seed(self._handle, seed & 0xFFFFFFFF)

    def set_tl_phase(self, intersection_id, phase_id):
        if not self._lights_set:
            _say("set_tl_phase does nothing: lights follow the plan, since the config's rlTrafficLight is false")
            return
        if intersection_id not in self._intersection:
            raise RuntimeError("No such intersection: %s" % intersection_id)
        place = self._intersection[intersection_id]
        if not _library.marlgold_traffic_set_phase(self._handle, place, phase_id, self._error):
            self._fail()

    def set_vehicle_speed(self, vehicle_id, speed):
        if not _library.marlgold_traffic_set_speed(self._handle, vehicle_id.encode(), speed, self._error):
            self._fail()

    def set_vehicle_route(self, vehicle_id, route):
        if not self._is_there(vehicle_id) or any(road not in self._road for road in route):
            return False
        roads = self._roads(route)
        taken = _library.marlgold_traffic_set_route(self._handle, vehicle_id.encode(), roads, len(route), self._error)
        if taken < 0:
            self._fail()
        return taken == 1

    def push_vehicle(self, info, route):
        self._ids = None
        car = _Car()
        _library.marlgold_traffic_car_default(car)
        for name in _CAR:
            if name in info:
                setattr(car, name, info[name])
        if not _library.marlgold_traffic_push(self._handle, car, self._roads(route), len(route), self._error):
            self._fail()

    # ---- looking ----

    def get_vehicle_count(self):
        return _library.marlgold_traffic_count(self._handle, 0)

    def get_vehicles(self, include_waiting=False):
        return self._read(_library.marlgold_traffic_vehicles, 0, bool(include_waiting)).split()

    def get_lane_vehicle_count(self):
        _library.marlgold_traffic_lanes(self._handle, self._count, None)
        return dict(zip(self._lanes, self._count[:]))

    def get_lane_waiting_vehicle_count(self):
        _library.marlgold_traffic_lanes(self._handle, None, self._count)
        return dict(zip(self._lanes, self._count[:]))

    def get_lane_vehicles(self):
        lines = self._read(_library.marlgold_traffic_lane_vehicles).split("\n")
        return {lane: line.split() for lane, line in zip(self._lanes, lines)}

    def get_vehicle_speed(self):
        ids = self._sorted_ids()
        _library.marlgold_traffic_motion(self._handle, self._reals(len(ids)), None)
        return dict(zip(ids, self._real[:len(ids)]))

    def get_vehicle_distance(self):
        ids = self._sorted_ids()
        _library.marlgold_traffic_motion(self._handle, None, self._reals(len(ids)))
        return dict(zip(ids, self._real[:len(ids)]))

    def get_vehicle_info(self, vehicle_id):
        text = self._read(_library.marlgold_traffic_info, vehicle_id.encode())
        if not text:
            raise RuntimeError("Vehicle '%s' not found" % vehicle_id)
        return dict(line.split(" ", 1) for line in text.split("\n")[:-1])

    def get_leader(self, vehicle_id):
        leader = ctypes.create_string_buffer(_ID)
        if not _library.marlgold_traffic_leader(self._handle, vehicle_id.encode(), leader):
            raise RuntimeError("Vehicle '%s' not found" % vehicle_id)
        return leader.value.decode()

    def get_current_time(self):
        return _library.marlgold_traffic_time(self._handle)

    def get_average_travel_time(self):
        return _library.marlgold_traffic_average_travel_time(self._handle)

    # ---- archives ----

    def snapshot(self):
        return Archive(self)

    def load(self, archive):
        if not isinstance(archive, Archive):
            raise TypeError("load wants what snapshot gave, found %s" % type(archive).__name__)
        self._restore(archive._bytes)

    def load_from_file(self, path):
        with open(path, "rb") as file:
            self._restore(file.read(), path)

    def _restore(self, saved, path=None):
        self._ids = None
        if not _library.marlgold_traffic_restore(self._handle, saved, len(saved), self._error):
            self._fail("" if path is None else "%s: " % path)

    # ---- replay files, for CityFlow's viewer ----

    def set_replay_file(self, replay_file):
        if not self._replay_in_config:
            _say("set_replay_file does nothing: the config's saveReplay is false")
            return
        if self._log:
            self._log.close()
        self._log = open(self._dir + replay_file, "w", encoding="utf-8", buffering=1)

    def set_save_replay(self, open):
        if not self._replay_in_config:
            _say("set_save_replay does nothing: the config's saveReplay is false")
            return
        self._replay = bool(open)

    def _replay_line(self):
        ids = self.get_vehicles()
        _library.marlgold_traffic_places(self._handle, self._reals(6 * len(ids)))
        number = self._real[:6 * len(ids)]
        cars = ["%r %r %r %s 0 %r %r," % (x, y, math.atan2(north, east), name, length, width)
                for name, x, y, east, north, length, width in zip(ids, *(number[k::6] for k in range(6)))]
        return "".join(cars) + ";" + self._read(_library.marlgold_traffic_lights) + "\n"

    def _write_roadnet(self, source, path):
        with open(source, encoding="utf-8") as file:
            network = json.load(file)
        place = {node["id"]: (node["point"]["x"], node["point"]["y"]) for node in network["intersections"]}
        roads = {road["id"]: road for road in network["roads"]}
        nodes = []
        for node in network["intersections"]:
            width = 0.0 if node["virtual"] else node["width"]
            outline = _outline(node["id"], width, [roads[name] for name in node["roads"]], place, self._mean_length)
            nodes.append({"id": node["id"], "point": list(place[node["id"]]), "virtual": node["virtual"],
                          **({} if node["virtual"] else {"width": width}),
                          "outline": [number for point in outline for number in point]})
        edges = [{"id": road["id"], "from": road["startIntersection"], "to": road["endIntersection"],
                  "points": [[point["x"], point["y"]] for point in road["points"]], "nLane": len(road["lanes"]),
                  "laneWidths": [lane["width"] for lane in road["lanes"]]} for road in network["roads"]]
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"static": {"nodes": nodes, "edges": edges}}, file, separators=(",", ":"))

    # ---- for the above ----

    def _list_network(self, spec):
        road, intersection = _Road(), _Intersection()
        self._road, self._intersection, self._mean_length = {}, {}, {}
        for i in range(spec.roads):
            _library.marlgold_traffic_road_of(self._handle, i, road)
            self._road[road.id.decode()] = i
            self._mean_length[road.id.decode()] = road.mean_length
        for i in range(spec.intersections):
            _library.marlgold_traffic_intersection_of(self._handle, i, intersection)
            self._intersection[intersection.id.decode()] = i

    def _fail(self, where=""):
        raise RuntimeError(where + self._error.value.decode(errors="replace"))

    def _is_there(self, vehicle_id):
        return _library.marlgold_traffic_leader(self._handle, vehicle_id.encode(), ctypes.create_string_buffer(_ID))

    def _roads(self, route):
        for road in route:
            if road not in self._road:
                raise RuntimeError("No such road: %s" % road)
        return (ctypes.c_int * len(route))(*(self._road[road] for road in route))

    def _reals(self, count):
        if count > len(self._real):
            self._real = (ctypes.c_double * (2 * count))()
        return self._real

    def _read(self, function, *arguments):
        length = function(self._handle, *arguments, self._text, len(self._text))
        if length >= len(self._text):
            self._text = ctypes.create_string_buffer(2 * length)
            function(self._handle, *arguments, self._text, len(self._text))
        return ctypes.string_at(self._text, length).decode()

    def _sorted_ids(self):
        if self._ids is None:
            self._ids = self._read(_library.marlgold_traffic_vehicles, 1, 0).split()
        return self._ids


def _outline(name, width, roads, place, mean_length):
    """The corners of an intersection: what is around its centre, its stop lines, and a little of every road."""
    x, y = place[name]
    corners = [(x, y)]
    for road in roads:
        (x0, y0), (x1, y1) = place[road["startIntersection"]], place[road["endIntersection"]]
        length = math.hypot(x1 - x0, y1 - y0)
        if length == 0.0:
            continue
        east, north = (x1 - x0) / length, (y1 - y0) / length
        beside = sum(lane["width"] for lane in road["lanes"])
        right = (north * beside, -east * beside)
        away = -1.0 if road["endIntersection"] == name else 1.0
        more = max(5.0, min(width, beside) / 2.0)
        reaches = [width, width + more] if more < mean_length[road["id"]] else [width]
        for reach in reaches:
            corner = (x + away * east * reach, y + away * north * reach)
            corners += [corner, (corner[0] + right[0], corner[1] + right[1])]
    return _hull(sorted(set(corners)))


def _hull(points):
    """Convex, counter-clockwise, of sorted points."""
    def half(line):
        chain = []
        for point in line:
            while len(chain) > 1 and ((chain[-1][0] - chain[-2][0]) * (point[1] - chain[-2][1])
                                      <= (chain[-1][1] - chain[-2][1]) * (point[0] - chain[-2][0])):
                chain.pop()
            chain.append(point)
        return chain[:-1]
    return half(points) + half(points[::-1]) if len(points) > 2 else points
