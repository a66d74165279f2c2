/* settings.h - every setting of every method, as the paper has it and as the two profiles use it: --settings. */
#ifndef MG_SETTINGS_H
#define MG_SETTINGS_H

#include "core/io/csv.h"
#include "suite/harness/experiment.h"

/* A CSV table: method,variant,field,source,as_in_paper,quick,paper. Fields are those of deviations.csv ("lio.entropy",
 * "budget.units", "seeds"), and the names of environment and learner; source is where the config's table says the
 * paper's value comes from. as_in_paper holds our value where the paper has none. Methods that are computed directly
 * have none. */
void mg_put_settings(const mg_experiment *experiment, mg_csv_writer *writer);

/* Hands on every setting that a method has in one profile, in the order of that table and without the number of seeds,
 * until `use` says false. Returns whether it never did. */
typedef bool (*mg_setting_use)(void *to, const char *field, const char *value);
bool mg_each_setting(const mg_method *method, mg_profile profile, mg_setting_use use, void *to);

#endif
