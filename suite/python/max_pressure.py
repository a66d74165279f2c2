"""Max-pressure control (Varaiya 2013) through CityFlow's interface: every 10 s the phase from long queues to short ones.

    python3 max_pressure.py config.json [STEPS]
"""
import json
import sys

import cityflow


def movements(intersection):
    """For each phase the lanes that its green links lead from and to."""
    links = [[("%s_%d" % (road["startRoad"], lane["startLaneIndex"]), "%s_%d" % (road["endRoad"], lane["endLaneIndex"]))
              for lane in road["laneLinks"]] for road in intersection["roadLinks"]]
    return [[pair for green in phase["availableRoadLinks"] for pair in links[green]]
            for phase in intersection["trafficLight"]["lightphases"]]


config = json.load(open(sys.argv[1]))
network = json.load(open(config["dir"] + config["roadnetFile"]))
phases = {node["id"]: movements(node) for node in network["intersections"] if not node["virtual"]}
engine = cityflow.Engine(sys.argv[1], thread_num=1)
for step in range(int(sys.argv[2]) if len(sys.argv) > 2 else 3600):
    if step % 10 == 0:
        count = engine.get_lane_vehicle_count()
        for name, greens in phases.items():
            pressure = [sum(count[a] - count[b] for a, b in pairs) for pairs in greens]
            engine.set_tl_phase(name, pressure.index(max(pressure)))
    engine.next_step()
print("%d vehicles, average travel time %.17g s" % (engine.get_vehicle_count(), engine.get_average_travel_time()))
