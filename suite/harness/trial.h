/* trial.h - --set FIELD=VALUE and --network DIR: the experiment with other settings, or on another road network, than
 * its own, for people who want to try. Such a run is not the paper's: it says so in every row, lies in a folder of its
 * own, and is neither compared nor blessed. */
#ifndef MG_TRIAL_H
#define MG_TRIAL_H

#include "suite/harness/experiment.h"

#define MG_SETS_MAX 16
#define MG_SET_FIELD 96

typedef struct mg_trial {
    int sets;
    struct {
        char field[MG_SET_FIELD]; /* "proximal.clip", or "clip" of whatever has it */
        double value;
    } set[MG_SETS_MAX];
    const char *network;       /* --network: a folder with CityFlow's roadnet.json and flow.json, or NULL */
    char contents[9];          /* of these files, hexadecimal: the same folder with others in it is another trial */
    mg_on_network *on_network; /* the experiment's */
} mg_trial;

/* Whether there is anything that makes it another experiment. */
bool mg_trial_asked(const mg_trial *trial);

/* Adds FIELD=VALUE, where VALUE is a number, true or false. */
bool mg_trial_read(const char *text, mg_trial *trial, mg_error *error);

/* Takes a folder whose two files can be read. */
bool mg_trial_read_network(const char *folder, mg_trial *trial, mg_error *error);

/* The experiment whose trained methods among those chosen (bool per method) have these settings. Refuses a field that
 * none of them has, with the nearest one, a value out of the field's range, and a network for a method whose roads are
 * its own. `trial` must outlive it. */
bool mg_trial_begin(const mg_experiment *experiment, const bool *chosen, const mg_trial *trial, mg_experiment *tried,
                    mg_error *error);
void mg_trial_end(mg_experiment *tried);

void mg_trial_apply(const mg_trial *trial, mg_setup *setup);
bool mg_trial_sets(const mg_trial *trial, const char *field); /* "proximal.clip" */

/* "network=0a1b2c3d+proximal.clip=0.3+budget.units=10": as part of a folder's name, and as a line for people. False if
 * it is longer. */
bool mg_trial_print(const mg_trial *trial, char *text, size_t size);

#endif
