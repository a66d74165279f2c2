#!/bin/sh
# ci/compare-cityflow with a stand-in for CityFlow: an engine of the same functions that asks our own program for its
# tables. So this tests the script and its driver, not that the two programs agree; for that one needs CityFlow's
# sources. A skip where there is no C++ compiler.
set -u
cd "$(dirname "$0")/.."
. ci/tap.sh
traffic=$PWD/${BUILD:-build}/bin/traffic
export CXX="${CXX:-g++}" CXXFLAGS=-O0

check "no folder" refused 2 'wanted DIR' ci/compare-cityflow
check "an unknown option" refused 2 'no option --seeds' ci/compare-cityflow --seeds 3 .
check "steps that are no number" refused 2 'wanted a whole number' ci/compare-cityflow . --steps few
check "a folder that is not there" refused 3 'no such folder' ci/compare-cityflow "$scratch/none"
check "a folder without CityFlow" refused 3 'neither src/engine/engine.h' ci/compare-cityflow "$scratch"

if ! command -v "$CXX" > /dev/null; then
    skip "a stand-in for CityFlow: no C++ compiler here"
    finish
fi

fake=$scratch/fake
mkdir -p "$fake/src/engine"
cat > "$fake/src/engine/engine.h" << 'CPP'
#include <map>
#include <string>
#include <vector>

namespace CityFlow {
class Engine {
    std::string config, path;
    int step = 0;
    std::vector<std::string> signals;
    std::map<int, std::map<std::string, int>> phases;
    double now = 0.0, average = 0.0;
    int running = 0;
    std::map<std::string, int> counts, slow;
    std::map<std::string, double> speed, distance;
    std::map<std::string, std::vector<std::string>> lanes;

  public:
    Engine(const std::string &config, int threads);
    void setTrafficLightPhase(const std::string &id, int phase);
    void nextStep();
    double getCurrentTime() const { return now; }
    double getAverageTravelTime() const { return average; }
    std::size_t getVehicleCount() const { return static_cast<std::size_t>(running); }
    std::map<std::string, int> getLaneVehicleCount() const { return counts; }
    std::map<std::string, int> getLaneWaitingVehicleCount() const { return slow; }
    std::map<std::string, double> getVehicleSpeed() const { return speed; }
    std::map<std::string, double> getVehicleDistance() const { return distance; }
    std::map<std::string, std::vector<std::string>> getLaneVehicles() { return lanes; }
};
}
CPP
cat > "$fake/src/engine/engine.cpp" << 'CPP'
#include "engine/engine.h"
#include <cstdlib>
#include <fstream>
#include <sstream>

using namespace CityFlow;
typedef std::vector<std::string> Row;

static std::vector<Row> rows_of(const std::string &path)
{
    std::vector<Row> rows;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        Row row;
        std::stringstream rest(line);
        for (std::string field; std::getline(rest, field, ',');)
            row.push_back(field);
        rows.push_back(row);
    }
    return rows;
}

Engine::Engine(const std::string &file, int) : config(file), path(std::getenv("FAKE_FOLDER")) {}

void Engine::setTrafficLightPhase(const std::string &id, int phase)
{
    if (phases.empty() || phases.begin()->first == step)
        signals.push_back(id);
    phases[step][id] = phase;
}

/* From the beginning each time: all phases so far, all steps so far, the last rows. */
void Engine::nextStep()
{
    step++;
    std::ofstream schedule(path + "/phases.csv");
    schedule << "step\n";
    for (const auto &row : phases) {
        schedule << row.first;
        for (const auto &id : signals)
            schedule << "," << row.second.at(id);
        schedule << "\n";
    }
    schedule.close();
    std::string command = std::string(std::getenv("FAKE_TRAFFIC")) + " run --config " + config + " --steps " +
                          std::to_string(step) + " --steps-csv " + path + "/s.csv --positions-csv " + path + "/p.csv" +
                          (phases.empty() ? "" : " --lights " + path + "/phases.csv") + " > " + path + "/log";
    if (std::system(command.c_str()) != 0)
        std::exit(3);
    Row last = rows_of(path + "/s.csv").back();
    now = std::atof(last[1].c_str());
    running = std::atoi(last[2].c_str());
    average = std::atof(last[6].c_str());
    counts = { { "all", std::atoi(last[7].c_str()) } };
    slow = { { "all", std::atoi(last[8].c_str()) } };
    speed.clear();
    distance.clear();
    lanes.clear();
    bool lies = std::getenv("FAKE_LIES") && step == 12;
    for (const Row &row : rows_of(path + "/p.csv")) {
        if (row[0] != std::to_string(step) || row[3].empty())
            continue;
        distance[row[1]] = std::atof(row[3].c_str());
        speed[row[1]] = std::atof(row[4].c_str()) * (lies ? 1.0000000000000002 : 1.0);
        lies = false;
        if (row[2].find("_TO_") == std::string::npos)
            lanes[row[2]].push_back(row[1]);
    }
}
CPP
export FAKE_FOLDER="$scratch" FAKE_TRAFFIC="$traffic" CITYFLOW_WITHOUT_RAPIDJSON=1
compare() { ci/compare-cityflow "$fake" "$@"; }
check "a stand-in: both runs are equal" compare --steps 20 --keep "$scratch/kept"
both() { [ -s "$scratch/kept/plan-real.txt" ] && [ -s "$scratch/kept/schedule-real.txt" ]; }
check "both outputs are kept" both
check "and are not the same run twice" refused 1 differ cmp "$scratch/kept/plan-real.txt" "$scratch/kept/schedule-real.txt"
kinds() { for kind in S V L; do grep -q "^$kind," "$scratch/kept/plan-ours.txt" || return 1; done; }
check "times, vehicles and lanes are in it" kinds
check "a speed off by its last bit is named" env FAKE_LIES=1 sh -c '. ci/tap.sh; refused 1 "> V,12,flow_" "$@"' sh \
    ci/compare-cityflow "$fake" --steps 14
check "on a network of one's own" compare --steps 8 --config "$scratch/kept/plan/config.json"
unset CITYFLOW_WITHOUT_RAPIDJSON
check "a checkout without its submodule" refused 3 'git submodule update' ci/compare-cityflow "$fake"
export CITYFLOW_WITHOUT_RAPIDJSON=1
echo 'int main(void) { return 0; }' > "$fake/src/simulator.cpp"
check "its own main functions are left out" compare --steps 2
echo 'this is not C++' >> "$fake/src/engine/engine.cpp"
check "sources that do not compile" refused 3 'do not compile' ci/compare-cityflow "$fake"
finish
