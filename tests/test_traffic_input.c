/* What the traffic loader says about files that are not right: file and place, one line, never a crash. */
#include "tests/scratch.h"
#include "tests/traffic_networks.h"

enum { CONFIG, ROADNET, FLOW };

static char **part(texts *t, int which)
{
    return which == CONFIG ? &t->config : which == ROADNET ? &t->roadnet : &t->flow;
}

static bool says(const texts *t, const char *wanted, char found[700])
{
    mg_error error = {0};
    mg_traffic_network *network;
    bool loaded = mg_traffic_parse(t->config, t->roadnet, t->flow, &network, &error);
    snprintf(found, 700, "%s", loaded ? "(loaded)" : error.text);
    if (loaded)
        mg_traffic_free(network);
    return !loaded && error.status == MG_EXIT_INPUT && strstr(error.text, wanted) && !strchr(error.text, '\n');
}

static void refused(int which, const char *from, const char *to, const char *wanted)
{
    char found[700];
    texts t = small_texts();
    replace(part(&t, which), from, to);
    tap_ok(says(&t, wanted, found), "%s -> %s: %s", from, to, found);
    texts_free(&t);
}

static void accepted(int which, const char *from, const char *to)
{
    char found[700];
    texts t = small_texts();
    replace(part(&t, which), from, to);
    says(&t, "", found);
    tap_ok(strcmp(found, "(loaded)") == 0, "%s -> %.60s: %s", from, to, found);
    texts_free(&t);
}

static void configs(void)
{
    refused(CONFIG, "\"interval\":1", "\"intervall\":1", "config: interval: missing, wanted a number");
    refused(CONFIG, "\"interval\":1", "\"interval\":\"1\"", "config: interval: found a text");
    refused(CONFIG, "\"interval\":1", "\"interval\":0", "config: interval: found 0 s");
    refused(CONFIG, "\"interval\":1", "\"interval\":-1", "config: interval");
    refused(CONFIG, "\"seed\":7", "\"seed\":7.0", "config: seed: found a real number, wanted an integer");
    refused(CONFIG, "\"seed\":7", "\"seed\":99999999999", "config: seed: found 99999999999");
    refused(CONFIG, "\"laneChange\":false", "\"laneChange\":true", "config: laneChange: true is not supported");
    refused(CONFIG, "\"rlTrafficLight\":false", "\"rlTrafficLight\":0", "config: rlTrafficLight: found an integer");
    refused(CONFIG, "\"saveReplay\":false", "\"saveReplay\":true", "config: roadnetLogFile: missing");
    refused(CONFIG, "\"dir\":", "\"directory\":", "config: dir: missing");
    refused(CONFIG, "}", "", "config:");
    accepted(CONFIG, "\"interval\":1", "\"interval\":1,\"interval\":\"x\"");
    accepted(CONFIG, "\"laneChange\":false", "\"laneChange\":\"yes\"");
    accepted(CONFIG, "\"seed\":7", "\"seed\":7,\"threads\":[{}]");
}

static void roadnets(void)
{
    refused(ROADNET, "\"intersections\"", "\"intersection\"", "roadnet.json: intersections: missing, wanted an array");
    refused(ROADNET, "\"virtual\":true", "\"virtual\":1", "roadnet.json: intersections[0].virtual: found an integer");
    refused(ROADNET, "\"point\":{\"x\":-120", "\"point\":{\"x\":null", "intersections[0].point.x: found null");
    refused(ROADNET, "\"roads\":[\"", "\"roads\":[\"no", "roads: [0]: there is no road 'noroad_");
    refused(ROADNET, "\"type\":\"go_straight\"", "\"type\":3", "intersections[3].roadLinks[0].type: found an integer");
    refused(ROADNET, "\"startRoad\":\"road_0_1_0\"", "\"startRoad\":\"road_9_9_9\"", "there is no road 'road_9_9_9'");
    refused(ROADNET, "\"startLaneIndex\":1", "\"startLaneIndex\":3",
            "intersections[3].roadLinks[0].laneLinks[0].startLaneIndex: found 3, road 'road_0_1_0' has 3 lanes");
    refused(ROADNET, "\"startLaneIndex\":1", "\"startLaneIndex\":-1", "startLaneIndex: found -1");
    refused(ROADNET, "\"startLaneIndex\":1", "\"startLaneIndex\":1.0", "startLaneIndex: found a real number");
    refused(ROADNET, "\"x\":-14,", "\"y\":-14,", "roadLinks[0].laneLinks[0].points[0].x: missing");
    refused(ROADNET, "\"availableRoadLinks\":[0,", "\"availableRoadLinks\":[12,",
            "availableRoadLinks: [0]: no such road link");
    refused(ROADNET, "\"availableRoadLinks\":[0,", "\"availableRoadLinks\":[\"0\",",
            "availableRoadLinks[0]: found a text");
    refused(ROADNET, "\"time\":30", "\"time\":\"30\"", "trafficLight.lightphases[0].time: found a text");
    refused(ROADNET, "\"time\":30", "\"time\":-30", "trafficLight.lightphases[0].time: found -30 s");
    refused(ROADNET, "\"width\":14,", "\"width\":14,\"trafficLight\":{\"lightphases\":[]},", "lightphases: empty");
    refused(ROADNET, "\"startIntersection\":\"", "\"startIntersection\":\"x",
            "there is no intersection 'xintersection_");
    refused(ROADNET, "\"lanes\":[{\"width\":4", "\"lanes\":[{\"width\":[4]", "roads[0].lanes[0].width: found an array");
    refused(ROADNET, "\"id\":\"intersection_0_2\"", "\"id\":7", "intersections[1].id: found an integer");
    refused(ROADNET, "\"x\":-14,", "\"x\":-1e999,", "roadnet.json:");
    refused(ROADNET, "\"x\":-14,", "\"x\":-1e300,", "has no length that can be computed");
    refused(ROADNET, "\"x\":-14,", "\"x\":-014,", "roadnet.json:");
    refused(ROADNET, "\"id\":\"intersection_0_2\"", "\"id\":\"inter\\u0000section\"", "NUL");
    refused(ROADNET, "\"id\":\"intersection_0_2\"", "\"id\":\"inter\xff\xfe\"", "roadnet.json:");
    accepted(ROADNET, "\"width\":14", "\"comment\":{\"a\":[1,2,[3]]},\"width\":14");
    accepted(ROADNET, "\"width\":14", "\"width\":14,\"width\":null");
}

static void flows(void)
{
    refused(FLOW, "\"minGap\":2.5,", "", "flow.json: [0].vehicle.minGap: missing, wanted a number");
    refused(FLOW, "\"maxNegAcc\":4.5", "\"maxNegAcc\":0", "[0].vehicle.maxNegAcc: found 0, wanted a positive number");
    refused(FLOW, "\"length\":5", "\"length\":-5", "[0].vehicle.length: found -5");
    refused(FLOW, "\"route\":[\"road_0_1_0\"", "\"route\":[\"nowhere\"", "[0].route: [0]: there is no road 'nowhere'");
    refused(FLOW, "\"route\":[\"road_0_1_0\"", "\"route\":[7", "[0].route[0]: found an integer, wanted a text");
    refused(FLOW, "\"route\":[", "\"route\":[],\"x\":[", "[0].route: empty");
    refused(FLOW, "\"interval\":6", "\"interval\":0.5", "[0].interval: found 0.5 s, wanted at least 1");
    refused(FLOW, "\"interval\":6", "\"period\":6", "[0].interval: missing");
    refused(FLOW, "[", "{\"flows\":[", "flow.json:");
    accepted(FLOW, "\"startTime\":0", "\"startTime\":\"soon\"");
}

static void broken(const char *name, int which, const char *bytes, size_t length)
{
    char found[700];
    texts t = small_texts();
    char **text = part(&t, which);
    free(*text);
    *text = malloc(length + 1);
    memcpy(*text, bytes, length);
    (*text)[length] = 0;
    tap_ok(says(&t, "", found), "%s: %s", name, found);
    texts_free(&t);
}

static void broken_texts(void)
{
    static char deep[200000];
    memset(deep, '[', sizeof deep);
    broken("nested without end", ROADNET, deep, sizeof deep);
    broken("empty", ROADNET, "", 0);
    broken("another type", ROADNET, "[1,2]", 5);
    broken("a number", FLOW, "7", 1);
    broken("binary", ROADNET,
           "\x7f"
           "ELF\x02\x01\x01",
           7);
    broken("two values", CONFIG, "{} {}", 5);
    broken("elements of another type", ROADNET, "{\"intersections\":[1],\"roads\":[2]}", 33);
    char found[700];
    texts t = small_texts();
    size_t whole = strlen(t.roadnet);
    bool good = true;
    for (size_t length = 0; length < whole - 2; length += 1 + length / 7) {
        char kept = t.roadnet[length];
        t.roadnet[length] = 0;
        good = good && says(&t, "roadnet.json", found);
        t.roadnet[length] = kept;
    }
    tap_ok(good, "cut off anywhere: %s", found);
    tap_ok(!says(&t, "", found), "whole, it loads");
    texts_free(&t);
}

static void files(void)
{
    mg_error error = {0};
    mg_traffic_network *network;
    tap_ok(!mg_traffic_load(scratch("none.json"), &network, &error) && strstr(error.text, "none.json"), "%s",
           error.text);
    texts t = small_texts();
    char config[900];
    snprintf(config, sizeof config,
             "{\"interval\":1,\"seed\":0,\"dir\":\"%s/\",\"roadnetFile\":\"roadnet.json\",\"flowFile\":"
             "\"flow.json\",\"rlTrafficLight\":false,\"saveReplay\":false}",
             scratch_folder);
    mg_error first = {0}, second = {0};
    mg_file_write(scratch("config.json"), config, strlen(config), &first);
    tap_ok(!mg_traffic_load(scratch("config.json"), &network, &first) && strstr(first.text, "roadnet.json"), "%s",
           first.text);
    mg_file_write(scratch("roadnet.json"), t.roadnet, strlen(t.roadnet), &second);
    mg_file_write(scratch("flow.json"), t.flow, strlen(t.flow), &second);
    tap_ok(mg_traffic_load(scratch("config.json"), &network, &second), "three files load %s", second.text);
    mg_traffic_free(network);
    mg_error third = {0};
    mg_file_write(scratch("flow.json"), "[\n\n{\"a\" 1}]", 11, &third);
    tap_ok(!mg_traffic_load(scratch("config.json"), &network, &third) && strstr(third.text, "flow.json:3:"), "%s",
           third.text);
    texts_free(&t);
    scratch_remove();
}

int main(void)
{
    configs();
    roadnets();
    flows();
    broken_texts();
    files();
    return tap_done();
}
