/* lio_networked.c - settings, and the form of LIO that they choose. */
#include "algos/lio_networked.h"

#include "algos/lio_learner.h"

mg_lio_networked_config mg_lio_prisoner(void)
{
    return (mg_lio_networked_config){
        .lio = {.discount = 0.99,
                .entropy = 0.01,
                .log_of_mixture = true,
                .log_guard = 1e-15,
                .epsilon_start = 0.8,
                .epsilon_end = 0.01,
                .epsilon_units = 1,
                .policy_rate = 5e-3,
                .incentive_rate = 5e-3,
                .cost = 1.0,
                .cost_rate = 1e-4,
                .reward_max = 2.0,
                .givers = 2,
                .policy_hidden_1 = 20,
                .policy_hidden_2 = 20,
                .incentive_hidden_1 = 20,
                .incentive_hidden_2 = 20},
        .neighbours = true,
        .epsilon_decay = 0.99,
        .rms_decay = 0.99,
        .rms_epsilon = 1e-5,
        .policy_rmsprop = false,
        .greedy = true,
        .sparse = false,
    };
}

mg_lio_networked_config mg_lio_jungle(int agents)
{
    mg_lio_networked_config config = mg_lio_prisoner();
    mg_lio_config *lio = &config.lio;
    lio->discount = 0.96;
    lio->entropy = 0.1;
    lio->epsilon_start = 0.6;
    lio->policy_rate = lio->incentive_rate = 5e-5;
    lio->cost = 1e-4;
    lio->cost_rate = 0.0;
    lio->reward_max = 3.0;
    lio->givers = agents;
    lio->policy_hidden_1 = lio->incentive_hidden_1 = 512;
    lio->policy_hidden_2 = lio->incentive_hidden_2 = 128;
    config.epsilon_decay = 0.996;
    config.sparse = true;
    return config;
}

mg_lio_networked_config mg_lio_traffic(int agents)
{
    mg_lio_networked_config config = mg_lio_jungle(agents);
    mg_lio_config *lio = &config.lio;
    lio->discount = 0.8;
    lio->epsilon_start = 0.2;
    lio->policy_rate = lio->incentive_rate = 5e-4;
    lio->reward_max = 0.1;
    lio->policy_hidden_1 = lio->incentive_hidden_1 = 16;
    lio->policy_hidden_2 = lio->incentive_hidden_2 = 16;
    config.epsilon_decay = 0.9486832980505138; /* 0.9 a round of four episodes; a unit here is two */
    config.sparse = false;
    return config;
}

#define AT(member) offsetof(mg_lio_networked_config, member)
static const mg_field field[] = {
    MG_LIO_FIELDS,
    {"neighbours", MG_FIELD_BOOL, AT(neighbours), 0, 1,
     "ours: paper 5, only communication in neighborhood; thesis: no"},
    {"epsilon_decay", MG_FIELD_DOUBLE, AT(epsilon_decay), 0, 1, "paper Table 6"},
    {"rms_decay", MG_FIELD_DOUBLE, AT(rms_decay), 0, 1, "ours: as NeurComm's program, paper Appendix D"},
    {"rms_epsilon", MG_FIELD_DOUBLE, AT(rms_epsilon), 1e-12, 1, "ours: as NeurComm's program, paper Appendix D"},
    {"policy_rmsprop", MG_FIELD_BOOL, AT(policy_rmsprop), 0, 1,
     "thesis Equation 5.3: no; paper Table 6 names one optimiser"},
    {"greedy", MG_FIELD_BOOL, AT(greedy), 0, 1, "ours: as all methods there; LIO's program draws"},
    {"sparse", MG_FIELD_BOOL, AT(sparse), 0, 1, "speed alone"},
};
static const mg_fields fields = {"lio-networked", sizeof field / sizeof *field, field, sizeof(mg_lio_networked_config)};

static bool describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    const mg_lio_networked_config *c = config;
    if (!mg_lio_learner_describe(config, environment, spec, error))
        return false;
    spec->needs |= c->neighbours ? MG_NEED_GRAPH : 0;
    return true;
}

static mg_optimiser_config rmsprop(const mg_lio_networked_config *c, double rate)
{
    mg_optimiser_config config = mg_rmsprop_default(rate);
    config.beta2 = c->rms_decay;
    config.epsilon = c->rms_epsilon;
    return config;
}

static void *create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    (void)error;
    const mg_lio_networked_config *c = config;
    mg_lio_form form = {.neighbours = c->neighbours ? environment->neighbours_max : 0,
                        .orthogonal = true,
                        .sparse = c->sparse,
                        .greedy = c->greedy,
                        .epsilon_decay = c->epsilon_decay,
                        .incentive = rmsprop(c, c->lio.incentive_rate)};
    if (c->policy_rmsprop)
        form.policy = rmsprop(c, c->lio.policy_rate);
    return mg_lio_learner_create_form(&c->lio, &form, environment, key);
}

const mg_learner_table mg_lio_networked = {
    .name = "lio-networked",
    .fields = &fields,
    .describe = describe,
    .create = create,
    .destroy = mg_lio_learner_destroy,
    .begin_episode = mg_lio_learner_begin_episode,
    .act = mg_lio_learner_act,
    .give = mg_lio_learner_give,
    .observe = mg_lio_learner_observe,
    .end_episode = mg_lio_learner_end_episode,
    .metrics = mg_lio_learner_metrics,
    .update_counts = mg_lio_learner_update_counts,
    .tensors = mg_lio_learner_tensors,
};
