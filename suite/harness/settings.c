/* settings.c - a row per setting and method. */
#include "suite/harness/settings.h"

#include <string.h>

enum { AS_IN_PAPER, QUICK, PAPER, FORMS };

typedef struct forms {
    const mg_method *method;
    mg_setup setup[FORMS];
} forms;

static void put_row(mg_csv_writer *writer, const mg_method *method, const char *field, const char *source,
                    const char *const value[FORMS])
{
    mg_csv_text(writer, method->name);
    mg_csv_text(writer, mg_method_label(method));
    mg_csv_text(writer, field);
    mg_csv_text(writer, source);
    for (int form = 0; form < FORMS; form++)
        mg_csv_text(writer, value[form]);
    mg_csv_end_row(writer);
}

/* One config. A profile that uses another table than the paper has nothing to say about these fields: NULL. */
static void put_config(mg_csv_writer *writer, const mg_method *method, const mg_fields *fields,
                       const void *const config[FORMS])
{
    for (int i = 0; i < fields->count; i++) {
        char name[160], text[FORMS][40];
        const char *value[FORMS];
        snprintf(name, sizeof name, "%s.%s", fields->name, fields->field[i].name);
        for (int form = 0; form < FORMS; form++)
            value[form] = config[form] ? mg_config_print(&fields->field[i], config[form], text[form]) : "";
        put_row(writer, method, name, fields->field[i].source, value);
    }
}

static void put_environment(mg_csv_writer *writer, const forms *f)
{
    const char *name[FORMS];
    const void *config[FORMS];
    const mg_env_table *table = f->setup[AS_IN_PAPER].environment;
    for (int form = 0; form < FORMS; form++) {
        name[form] = f->setup[form].environment->name;
        config[form] = f->setup[form].environment == table ? f->setup[form].environment_config : NULL;
    }
    put_row(writer, f->method, "environment", "", name);
    put_config(writer, f->method, table->fields, config);
}

static void put_learner(mg_csv_writer *writer, const forms *f)
{
    const char *name[FORMS];
    const void *config[FORMS];
    const mg_learner_table *table = f->setup[AS_IN_PAPER].learner;
    for (int form = 0; form < FORMS; form++) {
        name[form] = f->setup[form].learner->name;
        config[form] = f->setup[form].learner == table ? f->setup[form].learner_config : NULL;
    }
    put_row(writer, f->method, "learner", "", name);
    put_config(writer, f->method, table->fields, config);
}

static void put_budget(mg_csv_writer *writer, const forms *f)
{
    const void *config[FORMS];
    const int seeds[FORMS] = {f->method->paper_seeds, f->method->seeds[MG_PROFILE_QUICK],
                              f->method->seeds[MG_PROFILE_PAPER]};
    char text[FORMS][16];
    const char *value[FORMS];
    for (int form = 0; form < FORMS; form++) {
        config[form] = &f->setup[form].budget;
        snprintf(text[form], sizeof text[form], "%d", seeds[form]);
        value[form] = text[form];
    }
    if (!seeds[AS_IN_PAPER])
        value[AS_IN_PAPER] = ""; /* not said */
    put_config(writer, f->method, &mg_budget_fields, config);
    put_row(writer, f->method, "seeds", "", value);
}

void mg_put_settings(const mg_experiment *experiment, mg_csv_writer *writer)
{
    static const char header[] = "method,variant,field,source,as_in_paper,quick,paper\n";
    mg_csv_raw(writer, header, sizeof header - 1);
    for (int m = 0; m < experiment->methods; m++) {
        forms f = {.method = &experiment->method[m]};
        if (!mg_method_setup(f.method, MG_PROFILE_PAPER, true, &f.setup[AS_IN_PAPER]))
            continue;
        (void)mg_method_setup(f.method, MG_PROFILE_QUICK, false, &f.setup[QUICK]);
        (void)mg_method_setup(f.method, MG_PROFILE_PAPER, false, &f.setup[PAPER]);
        put_environment(writer, &f);
        put_learner(writer, &f);
        put_budget(writer, &f);
    }
}

static bool each_field(const mg_fields *fields, const void *config, mg_setting_use use, void *to)
{
    for (int i = 0; i < fields->count; i++) {
        char name[160], text[40];
        snprintf(name, sizeof name, "%s.%s", fields->name, fields->field[i].name);
        if (!use(to, name, mg_config_print(&fields->field[i], config, text)))
            return false;
    }
    return true;
}

bool mg_each_setting(const mg_method *method, mg_profile profile, mg_setting_use use, void *to)
{
    mg_setup setup = {0};
    if (!mg_method_setup(method, profile, false, &setup))
        return true;
    return use(to, "environment", setup.environment->name) &&
           each_field(setup.environment->fields, setup.environment_config, use, to) &&
           use(to, "learner", setup.learner->name) &&
           each_field(setup.learner->fields, setup.learner_config, use, to) &&
           each_field(&mg_budget_fields, &setup.budget, use, to);
}
