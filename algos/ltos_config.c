/* ltos_config.c - the settings of Learning to Share, Tables 4 and 5 of its appendix, and where each comes from. */
#include "algos/ltos.h"

mg_ltos_config mg_ltos_prisoner(void)
{
    return (mg_ltos_config){.discount = 0.99,
                            .rate = 1e-3,
                            .follow = 0.1,
                            .epsilon_start = 0.8,
                            .epsilon_decay = 1.0,
                            .epsilon_end = 0.8,
                            .spread = 0.05,
                            .hidden_1 = 32,
                            .hidden_2 = 32,
                            .layers = 2,
                            .heads = 4,
                            .capacity = 200000,
                            .batch = 10,
                            .adam_epsilon = 1e-7,
                            .update_every = 1,
                            .selfishness = 0.5,
                            .interval = 1,
                            .sharing_every = 1,
                            .sample = 2000,
                            .sharing_batch = 32,
                            .sharing_rate = 0.1,
                            .noise = 1.0,
                            .noise_chance = 0.8,
                            .pull = 0.15,
                            .time_step = 0.01};
}

mg_ltos_config mg_ltos_jungle(void)
{
    mg_ltos_config config = mg_ltos_prisoner();
    config.discount = 0.96;
    config.rate = 1e-4;
    config.follow = 0.01;
    config.epsilon_start = 0.6;
    config.epsilon_decay = 0.996;
    config.epsilon_end = 0.01;
    config.hidden_1 = 512;
    config.hidden_2 = 128;
    config.idle_episodes = 199;
    config.update_every = 3;
    config.sparse = true;
    config.sharing_every = 100;
    config.sharing_episodes = true;
    config.sample = 5000;
    config.sharing_rate = 1e-4;
    config.noise = 0.025;
    config.noise_walks = true;
    return config;
}

/* Its Adam has the rate of the low level in every task that it was released for. */
static mg_ltos_config as_released(mg_ltos_config config)
{
    config.adam = true;
    config.sharing_rate = config.rate;
    config.reload = true;
    config.sum_values = true;
    config.smoothing = 0.1;
    return config;
}

mg_ltos_config mg_ltos_prisoner_code(void)
{
    return as_released(mg_ltos_prisoner());
}

mg_ltos_config mg_ltos_jungle_code(void)
{
    return as_released(mg_ltos_jungle());
}

mg_ltos_rounds_config mg_ltos_traffic(void)
{
    mg_ltos_rounds_config config = {.ltos = mg_ltos_prisoner(), .rounds = mg_rounds_colight(), .sharing_epochs = 1};
    mg_ltos_config *c = &config.ltos;
    c->discount = 0.8;
    c->epsilon_start = 0.4;
    c->epsilon_decay = 0.9;
    c->epsilon_end = 0.05;
    c->layers = c->heads = 1;
    c->capacity = 10000;
    c->batch = c->sharing_batch = 20;
    c->selfishness = 0.8;
    c->interval = 15;
    c->sharing_every = 20;
    c->sharing_episodes = true;
    c->sample = 1000;
    c->sharing_rate = 1e-3;
    c->noise = 0.25;
    c->noise_walks = true;
    return config;
}

mg_ltos_rounds_config mg_ltos_traffic_code(void)
{
    mg_ltos_rounds_config config = mg_ltos_traffic();
    config.ltos = as_released(config.ltos);
    config.sharing_epochs = 5;
    config.sharing_falls = true;
    return config;
}

#define AT(member) offsetof(mg_ltos_config, member)
static const mg_field field[] = {
    {"discount", MG_FIELD_DOUBLE, AT(discount), 0, 1, "paper Table 4: gamma"},
    {"rate", MG_FIELD_DOUBLE, AT(rate), 0, 10, "paper Table 4: Adam"},
    {"adam_epsilon", MG_FIELD_DOUBLE, AT(adam_epsilon), 0, 1, "DGN's program: Keras' 1e-7"},
    {"follow", MG_FIELD_DOUBLE, AT(follow), 0, 1, "paper Table 4: tau"},
    {"epsilon_start", MG_FIELD_DOUBLE, AT(epsilon_start), 0, 1, "paper Table 4"},
    {"epsilon_decay", MG_FIELD_DOUBLE, AT(epsilon_decay), 0, 1, "paper Table 4"},
    {"epsilon_end", MG_FIELD_DOUBLE, AT(epsilon_end), 0, 1, "paper Table 4"},
    {"spread", MG_FIELD_DOUBLE, AT(spread), 0, 10, "the paper's program: N(0, 0.05)"},
    {"hidden_1", MG_FIELD_INT, AT(hidden_1), 1, 4096, "paper Table 4: units"},
    {"hidden_2", MG_FIELD_INT, AT(hidden_2), 1, 4096, "paper Table 4: units"},
    {"layers", MG_FIELD_INT, AT(layers), 0, 6, "DGN's program: 2"},
    {"heads", MG_FIELD_INT, AT(heads), 1, 64, "paper Table 4"},
    {"capacity", MG_FIELD_INT, AT(capacity), 1, 10000000, "paper Table 4: buffer"},
    {"batch", MG_FIELD_INT, AT(batch), 1, 65536, "paper Table 4: sample and batch size"},
    {"idle_episodes", MG_FIELD_INT, AT(idle_episodes), 0, 1000000, "DGN's program: 199; in prisoner ours: none"},
    {"update_every", MG_FIELD_INT, AT(update_every), 1, 1000000, "DGN's program: 3; in prisoner ours: every step"},
    {"sparse", MG_FIELD_BOOL, AT(sparse), 0, 1, "speed alone"},
    {"fixed", MG_FIELD_BOOL, AT(fixed), 0, 1, "paper 5: fixed LToS, the ablation"},
    {"selfishness", MG_FIELD_DOUBLE, AT(selfishness), 0.001, 0.999, "paper Table 5: initial selfishness"},
    {"interval", MG_FIELD_INT, AT(interval), 1, 1000000, "paper Table 5: action interval"},
    {"sharing_every", MG_FIELD_INT, AT(sharing_every), 1, 1000000, "paper Table 5: update frequency"},
    {"sharing_episodes", MG_FIELD_BOOL, AT(sharing_episodes), 0, 1, "paper Table 5: its unit"},
    {"sample", MG_FIELD_INT, AT(sample), 1, 10000000, "paper Table 5: sample size"},
    {"sharing_batch", MG_FIELD_INT, AT(sharing_batch), 1, 65536, "paper Table 5: batch size"},
    {"sharing_rate", MG_FIELD_DOUBLE, AT(sharing_rate), 0, 10,
     "paper Table 5; with Adam the program's, which is `rate`"},
    {"noise", MG_FIELD_DOUBLE, AT(noise), 0, 100, "paper Table 5: sigma"},
    {"noise_chance", MG_FIELD_DOUBLE, AT(noise_chance), 0, 1, "paper Table 5: epsilon + Gaussian"},
    {"noise_walks", MG_FIELD_BOOL, AT(noise_walks), 0, 1, "paper Table 5: OU"},
    {"pull", MG_FIELD_DOUBLE, AT(pull), 0, 100, "the paper's program: theta"},
    {"time_step", MG_FIELD_DOUBLE, AT(time_step), 0, 100, "the paper's program: dt"},
    {"adam", MG_FIELD_BOOL, AT(adam), 0, 1, "paper Table 5: SGD; its program: Adam"},
    {"reload", MG_FIELD_BOOL, AT(reload), 0, 1, "not in the paper; in its program"},
    {"sum_values", MG_FIELD_BOOL, AT(sum_values), 0, 1, "paper Algorithm 1, line 19: own; its program: the sum"},
    {"smoothing", MG_FIELD_DOUBLE, AT(smoothing), 0, 100, "not in the paper; its program: 0.1"},
    MG_ROUNDS_FIELDS(mg_ltos_rounds_config),
    {"sharing_epochs", MG_FIELD_INT, offsetof(mg_ltos_rounds_config, sharing_epochs), 1, 100000,
     "paper Table 5: its sample once; its program: 5"},
    {"sharing_falls", MG_FIELD_BOOL, offsetof(mg_ltos_rounds_config, sharing_falls), 0, 1,
     "paper Table 5: one rate; its program: yes"},
};
enum { FIELDS = sizeof field / sizeof *field };
const mg_fields mg_ltos_fields = {"ltos", FIELDS - MG_ROUNDS_FIELDS_COUNT - 2, field, sizeof(mg_ltos_config)};
const mg_fields mg_ltos_rounds_fields = {"ltos-rounds", FIELDS, field, sizeof(mg_ltos_rounds_config)};
