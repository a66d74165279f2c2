// Drives CityFlow's engine, linked to this file by ci/compare-cityflow, and prints what its public functions show after
// every step, in the form that the script makes of marlgold's own tables:
//
//     S,step,time,running,average travel time,vehicles on lanes,waiting on lanes
//     V,step,vehicle,distance,speed
//     L,step,lane,vehicles front to rear with blanks between     (lanes with vehicles)
//
// cityflow-driver config.json STEPS [SCHEDULE.csv]: the schedule's title names the intersections, its rows are a step
// and a phase for each, set before that step.
#include "engine/engine.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

typedef std::vector<std::string> Fields;

static Fields split(const std::string &line)
{
    Fields fields;
    std::stringstream rest(line);
    for (std::string field; std::getline(rest, field, ',');)
        fields.push_back(field);
    return fields;
}

struct Schedule {
    Fields ids;
    std::map<long, Fields> rows;
};

static bool read_schedule(const char *path, Schedule &schedule)
{
    std::ifstream file(path);
    std::string line;
    if (!std::getline(file, line))
        return false;
    schedule.ids = split(line);
    while (std::getline(file, line)) {
        Fields row = split(line);
        if (row.size() != schedule.ids.size())
            return false;
        schedule.rows[std::atol(row[0].c_str())] = row;
    }
    return true;
}

static void print_step(const CityFlow::Engine &engine, long step, long on_lanes, long waiting)
{
    std::printf("S,%ld,%.17g,%ld,%.17g,%ld,%ld\n", step, engine.getCurrentTime(),
                static_cast<long>(engine.getVehicleCount()), engine.getAverageTravelTime(), on_lanes, waiting);
}

static void print_state(CityFlow::Engine &engine, long step)
{
    long on_lanes = 0, waiting = 0;
    for (const auto &lane : engine.getLaneVehicleCount())
        on_lanes += lane.second;
    for (const auto &lane : engine.getLaneWaitingVehicleCount())
        waiting += lane.second;
    print_step(engine, step, on_lanes, waiting);
    std::map<std::string, double> speed = engine.getVehicleSpeed();
    for (const auto &vehicle : engine.getVehicleDistance())
        std::printf("V,%ld,%s,%.17g,%.17g\n", step, vehicle.first.c_str(), vehicle.second, speed[vehicle.first]);
    for (const auto &lane : engine.getLaneVehicles()) {
        if (lane.second.empty())
            continue;
        std::printf("L,%ld,%s,", step, lane.first.c_str());
        for (std::size_t i = 0; i < lane.second.size(); i++)
            std::printf("%s%s", i ? " " : "", lane.second[i].c_str());
        std::printf("\n");
    }
}

int main(int count, char **text)
{
    if (count < 3) {
        std::cerr << "cityflow-driver: wanted config.json STEPS [SCHEDULE.csv]" << std::endl;
        return 2;
    }
    Schedule schedule;
    if (count > 3 && !read_schedule(text[3], schedule)) {
        std::cerr << "cityflow-driver: cannot read the schedule " << text[3] << std::endl;
        return 3;
    }
    CityFlow::Engine engine(text[1], 1);
    for (long step = 0; step < std::atol(text[2]); step++) {
        auto row = schedule.rows.find(step);
        for (std::size_t i = 1; row != schedule.rows.end() && i < schedule.ids.size(); i++)
            engine.setTrafficLightPhase(schedule.ids[i], std::atoi(row->second[i].c_str()));
        engine.nextStep();
        print_state(engine, step + 1);
    }
    return 0;
}
