/* What a C program of somebody else does with the traffic simulator of the installed library. Built and run by
 * tests/test_cityflow.sh:
 *
 *     library_traffic CONFIG                what a user relies on, as TAP
 *     library_traffic speed CONFIG STEPS    CPU seconds of an episode that reads all counts in every step
 */
#include <marlgold.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int run, failed;

static void ok(int good, const char *says)
{
    printf("%sok %d - %s\n", good ? "" : "not ", ++run, says);
    failed += !good;
}

static marlgold_traffic *open_or_end(const char *config)
{
    char error[MARLGOLD_ERROR];
    marlgold_traffic *city = marlgold_traffic_open(config, error);
    if (!city) {
        printf("Bail out! %s\n", error);
        exit(3);
    }
    return city;
}

static char *text_of(const marlgold_traffic *city, int ordered, int waiting)
{
    size_t length = marlgold_traffic_vehicles(city, ordered, waiting, NULL, 0);
    char *text = (char *)malloc(length + 1);
    if (text)
        marlgold_traffic_vehicles(city, ordered, waiting, text, length + 1);
    return text;
}

static void network(const char *config)
{
    char error[MARLGOLD_ERROR] = "";
    marlgold_traffic *city = open_or_end(config);
    marlgold_traffic_spec spec;
    marlgold_traffic_road road;
    marlgold_traffic_intersection place;
    marlgold_traffic_describe(city, &spec);
    ok(spec.lanes > 0 && spec.roads > 0 && spec.intersections > 0 && spec.lights_set && spec.interval == 1.0,
       "a network with lights that are set");
    int order = 1;
    for (int lane = 1; lane < spec.lanes; lane++)
        order = order && strcmp(marlgold_traffic_lane(city, lane - 1), marlgold_traffic_lane(city, lane)) < 0;
    ok(order && !marlgold_traffic_lane(city, spec.lanes) && !marlgold_traffic_lane(city, -1),
       "lanes are in order, and none past the last");
    ok(marlgold_traffic_road_of(city, 0, &road) && road.lanes == 3 && road.mean_length > 0.0 &&
           road.start < spec.intersections && !marlgold_traffic_road_of(city, spec.roads, &road),
       "roads, and none past the last");
    int signals = 0;
    for (int i = 0; marlgold_traffic_intersection_of(city, i, &place); i++) {
        if (place.edge)
            ok(place.phases == 0 && marlgold_traffic_set_phase(city, i, 5, error), "an edge has no lights");
        else
            signals++;
        if (place.edge)
            continue;
        ok(!marlgold_traffic_set_phase(city, i, place.phases, error) && strstr(error, "wanted one from 0 to"), error);
        break;
    }
    ok(signals == 1 && !marlgold_traffic_set_phase(city, -1, 0, error), "and none before the first");
    ok(marlgold_traffic_note(city, 0) == NULL, "nothing odd is in these files");
    ok(marlgold_traffic_count(city, 1) == 0 && marlgold_traffic_average_travel_time(city) == 0.0, "it begins empty");
    marlgold_traffic_free(city);
    marlgold_traffic_free(NULL);
    ok(!marlgold_traffic_open("/nowhere/config.json", error) && strstr(error, "/nowhere/config.json"), error);
    ok(!marlgold_traffic_open("/nowhere/config.json", NULL), "the text of an error need not be asked for");
}

static void texts(const char *config)
{
    char small[8], leader[MARLGOLD_VEHICLE];
    marlgold_traffic *city = open_or_end(config);
    marlgold_traffic_step(city, 60, NULL);
    char *all = text_of(city, 1, 1), *driving = text_of(city, 0, 0);
    size_t lines = 0;
    for (const char *at = driving; *at; at++)
        lines += *at == '\n';
    ok(lines == (size_t)marlgold_traffic_count(city, 0) && strlen(all) >= strlen(driving), "a line for every vehicle");
    memset(small, 'x', sizeof small);
    size_t length = marlgold_traffic_vehicles(city, 1, 1, small, 7);
    ok(length == strlen(all) && memchr(small, '\0', 7) && small[7] == 'x', "as much as there is room for, and an end");
    *strchr(all, '\n') = '\0';
    ok(marlgold_traffic_leader(city, all, leader) && !marlgold_traffic_leader(city, "flow_0_12345", leader),
       "who is there has a leader or none");
    ok(marlgold_traffic_info(city, "nobody", small, sizeof small) == 0 && small[0] == '\0', "nobody has no info");
    free(all);
    free(driving);
    marlgold_traffic_free(city);
}

static void asked(const char *config)
{
    char error[MARLGOLD_ERROR] = "";
    marlgold_traffic *city = open_or_end(config), *same = open_or_end(config);
    const int road[2] = {0, 100000};
    marlgold_traffic_car car;
    marlgold_traffic_car_default(&car);
    ok(car.length == 5.0 && car.max_speed == 16.66667, "a vehicle is as in CityFlow where nothing else is said");
    ok(!marlgold_traffic_push(city, &car, road, 2, error) && strstr(error, "road 100000, wanted one from 0"), error);
    ok(marlgold_traffic_set_route(city, "flow_0_0", road, 1, error) == -1 && strstr(error, "not found"), error);
    ok(!marlgold_traffic_set_speed(city, "flow_0_0", 1.0, error) && strstr(error, "'flow_0_0' not found"), error);
    ok(marlgold_traffic_push(city, &car, road, 1, error) && marlgold_traffic_count(city, 1) == 1, "pushed in");
    size_t length = marlgold_traffic_saved_bytes(city);
    void *bytes = malloc(length);
    marlgold_traffic_save(city, bytes);
    ok(marlgold_traffic_restore(same, bytes, length, error) && marlgold_traffic_count(same, 1) == 1, "saved, restored");
    ok(!marlgold_traffic_restore(same, bytes, 3, error) && strstr(error, "no saved simulation"), error);
    free(bytes);
    marlgold_traffic_step(city, 1, error);
    ok(marlgold_traffic_time(city) == 1.0 && marlgold_traffic_time(same) == 0.0, "each has its time");
    marlgold_traffic_reset(city, 1);
    ok(marlgold_traffic_time(city) == 0.0 && marlgold_traffic_count(city, 1) == 0, "empty after a reset");
    marlgold_traffic_free(same);
    marlgold_traffic_free(city);
}

static void *drive(void *config)
{
    double *time = (double *)malloc(sizeof *time);
    marlgold_traffic *city = open_or_end((const char *)config);
    marlgold_traffic_step(city, 400, NULL);
    *time = marlgold_traffic_average_travel_time(city);
    marlgold_traffic_free(city);
    return time;
}

static void threads(char *config)
{
    pthread_t thread[2];
    void *time[3];
    for (int i = 0; i < 2; i++)
        pthread_create(&thread[i], NULL, drive, config);
    for (int i = 0; i < 2; i++)
        pthread_join(thread[i], &time[i]);
    time[2] = drive(config);
    ok(*(double *)time[0] == *(double *)time[2] && *(double *)time[1] == *(double *)time[2] && *(double *)time[2] > 0.0,
       "two threads, two simulations, the same time");
    for (int i = 0; i < 3; i++)
        free(time[i]);
}

static void measure(const char *config, int steps)
{
    marlgold_traffic *city = open_or_end(config);
    marlgold_traffic_spec spec;
    marlgold_traffic_describe(city, &spec);
    int32_t *vehicles = (int32_t *)calloc((size_t)spec.lanes, sizeof *vehicles);
    clock_t begin = clock();
    for (int i = 0; i < steps; i++) {
        marlgold_traffic_step(city, 1, NULL);
        marlgold_traffic_lanes(city, vehicles, NULL);
    }
    printf("%.4f s, average travel time %.17g s\n", (double)(clock() - begin) / CLOCKS_PER_SEC,
           marlgold_traffic_average_travel_time(city));
    free(vehicles);
    marlgold_traffic_free(city);
}

int main(int count, char **text)
{
    if (count == 4 && !strcmp(text[1], "speed")) {
        measure(text[2], atoi(text[3]));
        return 0;
    }
    if (count != 2)
        return 2;
    network(text[1]);
    texts(text[1]);
    asked(text[1]);
    threads(text[1]);
    printf("1..%d\n", run);
    return failed > 0;
}
