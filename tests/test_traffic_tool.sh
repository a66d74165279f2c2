#!/bin/sh
# The traffic tool: generates, runs and draws networks, and says what is wrong with its command line and its files.
set -u
cd "$(dirname "$0")/.."
. ci/tap.sh
traffic=$PWD/${BUILD:-build}/bin/traffic
cd "$scratch" || exit 1

check "help" "$traffic" --help
"$traffic" --help > help.txt
for command in run generate render; do
    "$traffic" $command --out x --help > command.txt
    check "help on $command" cmp help.txt command.txt
done
check "a grid" "$traffic" generate grid --rows 2 --cols 3 --spacing 150 --every 5 --out grid
check "it runs" "$traffic" run --config grid/config.json --steps 300 --steps-csv a.csv --positions-csv p.csv \
    --positions-steps 20 --geom-csv g.csv
rows() { [ "$(wc -l < "$1")" = "$2" ]; }
check "a row for every step" rows a.csv 301
check "crosses in the geometry" grep -q '^cross,intersection_1_1,0,' g.csv
check "vehicles in the positions" grep -q '^1,flow_0_0,road_0_1_0_1,1,2,,,' p.csv
check "again" "$traffic" run --config grid/config.json --steps 300 --steps-csv b.csv
check "the same bytes" cmp a.csv b.csv
for lights in max-pressure fixed:15; do
    check "--lights $lights" "$traffic" run --config grid/config.json --steps 300 --lights $lights --steps-csv c.csv
    check "--lights $lights: other bytes" refused 1 differ cmp a.csv c.csv
done
{ echo "step,phases"; echo "0,0,1,2,3,4,5"; echo "100,1,1,1,1,1,1"; } > schedule.csv
sed 's/"rlTrafficLight":false/"rlTrafficLight":true/' grid/config.json > grid/free.json
check "a schedule" "$traffic" run --config grid/free.json --steps 200 --lights schedule.csv --steps-csv c.csv
check "a grid for agents" "$traffic" generate grid --rows 1 --cols 2 --lights agents --flow peaks --out agents
{ echo "decision,actions"; for i in 0 1 2 3 4; do echo "$i,$((i % 4)),3"; done; } > actions.csv
check "agents decide" "$traffic" run --config agents/config.json --env-actions actions.csv --env-csv e.csv
check "a row for every decision" rows e.csv 6
check "LToS" "$traffic" generate ltos-6x6 --seed 3 --out ltos
vehicles() { [ "$(grep -c '"vehicle"' ltos/flow.json)" = 2570 ]; }
check "2570 vehicles" vehicles
check "another seed" "$traffic" generate ltos-6x6 --seed 4 --out other
check "another demand" refused 1 differ cmp ltos/flow.json other/flow.json
check "the same network" cmp ltos/roadnet.json other/roadnet.json
check "a picture" "$traffic" render --config grid/config.json --at 200 --out picture.svg
check "it is a whole SVG" grep -q '</svg>' picture.svg

# ---- what is said, and where ----
run_grid() { "$traffic" run --config grid/"$1".json --steps 300 --steps-csv notes.csv; }
sed 's/"laneChange":false/"laneChange":true/' grid/config.json > grid/changing.json
check "lane change with a second lane" refused 3 "where there is a second lane (road 'road_" run_grid changing
check "as if it were false, said" refused 0 'laneChange: true is ignored' \
    "$traffic" run --config grid/changing.json --ignore-lane-change --steps 300 --steps-csv notes.csv
check "the numbers of false" cmp a.csv notes.csv
check "said beside the table" grep -q 'laneChange: true is ignored' notes.csv.notes.txt
check "the plain config again" run_grid config
check "what was said of the old table is gone" test ! -e notes.csv.notes.txt
{ echo "step,phases"; echo "0,0,0,0,0,0,0"; echo "50,0,0,9,0,0,0"; } > late.csv
check "a schedule that goes wrong after 50 steps" refused 3 \
    'late.csv:3: column 4: intersection_2_1 has no phase 9, wanted 0 to 7' \
    "$traffic" run --config grid/free.json --lights late.csv --positions-csv half.csv
nothing_half() { [ -z "$(ls half.csv* 2> /dev/null)" ]; }
check "no half of a table" nothing_half

# ---- two signals of one name: a schedule speaks to the last, as set_tl_phase does ----
phases='"trafficLight":{"lightphases":[{"time":9,"availableRoadLinks":[0]},{"time":9,"availableRoadLinks":[]}]}'
link='"roadLinks":[{"type":"go_straight","startRoad":"a","endRoad":"b","laneLinks":[{"startLaneIndex":0,"endLaneIndex":0}]}]'
signal="{\"id\":\"C\",\"point\":{\"x\":99,\"y\":0},\"virtual\":false,\"width\":9,\"roads\":[\"a\",\"b\"],$link,$phases}"
lanes='"lanes":[{"width":4,"maxSpeed":20}]'
mkdir twice
cat > twice/roadnet.json << JSON
{"intersections":[{"id":"W","point":{"x":0,"y":0},"virtual":true,"roads":["a"]},$signal,$signal,
{"id":"E","point":{"x":199,"y":0},"virtual":true,"roads":["b"]}],
"roads":[{"id":"a","startIntersection":"W","endIntersection":"C","points":[{"x":0,"y":0},{"x":99,"y":0}],$lanes},
{"id":"b","startIntersection":"C","endIntersection":"E","points":[{"x":99,"y":0},{"x":199,"y":0}],$lanes}]}
JSON
cat > twice/flow.json << 'JSON'
[{"vehicle":{"length":5,"width":2,"maxPosAcc":2,"maxNegAcc":4,"usualPosAcc":2,"usualNegAcc":4,"minGap":2.5,"maxSpeed":10,
"headwayTime":1.5},"route":["a","b"],"interval":5}]
JSON
echo '{"interval":1,"seed":0,"dir":"twice/","roadnetFile":"roadnet.json","flowFile":"flow.json","rlTrafficLight":true,
"saveReplay":false}' > twice/config.json
twice() { # SCHEDULE ROW, TABLE
    printf 'step,C,C\n%s\n' "$1" > twice/schedule.csv
    refused 0 "intersections\[1\] and intersections\[2\] are both 'C' and not both virtual" \
        "$traffic" run --config twice/config.json --steps 30 --lights twice/schedule.csv --steps-csv "$2"
}
check "two signals of one name" twice 0,0,1 twice/a.csv
check "the first column says nothing" twice 0,1,1 twice/b.csv
check "so the same bytes" cmp twice/a.csv twice/b.csv
check "the last column does" twice 0,1,0 twice/c.csv
check "so other bytes" refused 1 differ cmp twice/a.csv twice/c.csv

# ---- moving pictures ----
fails() { ! "$@"; }
movie() { "$traffic" render --config grid/config.json --animate --out "$@"; }
frames() { [ "$(od -An -v -tx1 "$1" | tr -d ' \n' | grep -o '21f90405....ff002c' | wc -l)" = "$2" ]; }
signed() { [ "$(head -c 6 "$1")" = GIF89a ] && [ "$(tail -c 1 "$1")" = ';' ]; }
check "a moving picture" movie movie.gif --at 200
check "it is a whole GIF" signed movie.gif
check "60 frames" frames movie.gif 60
check "again" movie again.gif --at 200 --frames 60 --every 2 --lights plan
check "the same bytes" cmp movie.gif again.gif
check "other steps" movie other.gif --at 201
check "other bytes" refused 1 differ cmp movie.gif other.gif
check "other lights" movie other.gif --at 200 --lights fixed:15
check "other bytes" refused 1 differ cmp movie.gif other.gif
check "5 frames" movie five.gif --at 200 --frames 5 --every 50
check "5 frames are there" frames five.gif 5
check "from the first step" movie first.gif --at 20
check "11 frames" frames first.gif 11
head -c 2000 movie.gif > cut.gif
check "a GIF that was cut is noticed" fails signed cut.gif
check "a frame that is missing is noticed" fails frames five.gif 6

# ---- refusals ----
check "no command" refused 2 'wanted run' "$traffic"
check "another command" refused 2 "found 'drive'" "$traffic" drive
check "an unknown option" refused 2 "unknown option '--speed'; see traffic --help" "$traffic" run --speed 3
check "an option that is nearly one" refused 2 "unknown option '--stps'; was --steps meant" "$traffic" run --stps 3
check "an option twice" refused 2 'given twice' "$traffic" run --steps 3 --steps 4
check "an option without value" refused 2 'wants a value' "$traffic" run --config
check "help on another command" refused 2 "found 'drive'" "$traffic" drive --help
check "frames that are none" refused 2 "--frames: found '0'" movie x.gif --frames 0
check "frames that are too close" refused 2 "--every: found '0.5'" movie x.gif --every 0.5
check "frames before the first step" refused 2 'at most 51 frames' movie x.gif --at 100 --frames 52
check "frames of a still picture" refused 2 '--frames is for --animate' \
    "$traffic" render --config grid/config.json --out x.svg --frames 3
check "a moving picture that cannot be written" refused 3 'nowhere' movie nowhere/x.gif
check "no refused picture is there" test ! -e x.gif
check "no config" refused 2 'wants --config' "$traffic" run --steps 3
check "steps that are no number" refused 2 "found 'many'" "$traffic" run --config grid/config.json --steps many
check "a config that is not there" refused 3 'nothing.json' "$traffic" run --config nothing.json
check "the plan where agents set the lights" refused 3 'rlTrafficLight' \
    "$traffic" run --config agents/config.json --lights plan
check "agents where there is a plan" refused 3 'rlTrafficLight' \
    "$traffic" run --config grid/config.json --env-actions actions.csv
check "lights that are no file" refused 2 'was max-pressure meant' \
    "$traffic" run --config grid/config.json --lights most-pressure
check "lights almost fixed" refused 2 'was fixed:SECONDS meant' "$traffic" run --config grid/config.json --lights fxed:9
check "lights far from any word" refused 3 'nightfall.csv' \
    "$traffic" run --config grid/free.json --lights nightfall.csv
check "a schedule beside a plan" refused 3 'CityFlow keeps the plan' \
    "$traffic" run --config grid/config.json --lights schedule.csv
check "a controller instead of the plan says so" refused 0 'instead of the plan' \
    "$traffic" run --config grid/config.json --steps 1 --lights fixed:9
check "nobody sets the lights: said" refused 0 'every signal stays in its phase 0' \
    "$traffic" run --config agents/config.json --steps 1
says_nothing() { [ -z "$("$@" 2>&1 >/dev/null)" ]; }
check "lights as configured: nothing to say" says_nothing "$traffic" run --config grid/config.json --steps 1
check "a picture of another kind" refused 2 'ends in .svg' "$traffic" render --config grid/config.json --out x.png
check "a moving picture of another kind" refused 2 'ends in .gif' movie x.svg
check "neither is there" test ! -e x.png -a ! -e x.svg
check "fixed lights of no length" refused 2 'fixed:SECONDS' "$traffic" run --config grid/config.json --lights fixed:0
echo "0,0,1" >> schedule.csv
check "a schedule with too few phases" refused 3 'schedule.csv:4: wanted 7' \
    "$traffic" run --config grid/free.json --lights schedule.csv
{ echo "step,phases"; echo "0,0,1,2,3,4,99"; } > schedule.csv
check "a schedule with a phase that is not there" refused 3 \
    'schedule.csv:2: column 7: intersection_3_2 has no phase 99, wanted 0 to 7' \
    "$traffic" run --config grid/free.json --lights schedule.csv
sed 's/^3,3/3,4/' actions.csv > wrong.csv
check "an action that is not there" refused 3 'found action 4' \
    "$traffic" run --config agents/config.json --env-actions wrong.csv
check "a table that cannot be written" refused 3 'nowhere' \
    "$traffic" run --config grid/config.json --steps 3 --steps-csv nowhere/a.csv
check "a network of another kind" refused 2 "found 'ring'" "$traffic" generate ring --out x
check "LToS with other blocks" refused 2 'cannot change' "$traffic" generate ltos-6x6 --spacing 200 --out x
check "lanes that are none" refused 2 'LEFT,STRAIGHT,RIGHT' "$traffic" generate grid --lanes 3 --out x
check "intersections wider than blocks" refused 2 'half the spacing' "$traffic" generate grid --width 150 --out x
finish
