/* lio_actor_critic.c - settings, and the form of LIO that they choose. */
#include "algos/lio_actor_critic.h"

#include "algos/lio_learner.h"

mg_lio_actor_critic_config mg_lio_cleanup_paper(bool large)
{
    return (mg_lio_actor_critic_config){.lio = {.discount = 0.99,
                                                .entropy = 0.1,
                                                .log_of_mixture = false,
                                                .log_guard = 0.0,
                                                .epsilon_start = 0.5,
                                                .epsilon_end = 0.05,
                                                .epsilon_units = large ? 1000 : 100,
                                                .policy_rate = 1e-4,
                                                .incentive_rate = 1e-3,
                                                .cost = 1e-4,
                                                .cost_rate = 0.0,
                                                .reward_max = 2.0,
                                                .givers = 2,
                                                .policy_hidden_1 = 64,
                                                .policy_hidden_2 = 64,
                                                .incentive_hidden_1 = 64,
                                                .incentive_hidden_2 = 64},
                                        .critic_rate = 1e-3,
                                        .follow = 0.01,
                                        .filters = 6,
                                        .window = 3};
}

mg_lio_actor_critic_config mg_lio_cleanup_released(bool large)
{
    mg_lio_actor_critic_config config = mg_lio_cleanup_paper(large);
    config.lio.log_of_mixture = true;
    config.lio.log_guard = 1e-15;
    return config;
}

#define AT(member) offsetof(mg_lio_actor_critic_config, member)
static const mg_field field[] = {
    MG_LIO_FIELDS,
    {"critic_rate", MG_FIELD_DOUBLE, AT(critic_rate), 1e-9, 10, "thesis B.4.2: alpha_phi"},
    {"follow", MG_FIELD_DOUBLE, AT(follow), 0, 1, "thesis B.4.2: tau"},
    {"filters", MG_FIELD_INT, AT(filters), 0, 4096, "thesis B.4.2: 6"},
    {"window", MG_FIELD_INT, AT(window), 1, 255, "thesis B.4.2: 3"},
};
static const mg_fields fields = {"lio-actor-critic", sizeof field / sizeof *field, field,
                                 sizeof(mg_lio_actor_critic_config)};

static bool describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    if (!mg_lio_learner_describe(config, environment, spec, error))
        return false;
    spec->update[spec->updates++] = "critic";
    return true;
}

static void *create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    (void)error;
    const mg_lio_actor_critic_config *c = config;
    mg_lio_form form = mg_lio_form_default(&c->lio);
    form.picture = mg_team_picture(mg_env_agent(environment, 0)->part, c->filters, c->window);
    form.critic = (mg_team_critic_config){.rate = c->critic_rate,
                                          .follow = c->follow,
                                          .discount = c->lio.discount,
                                          .picture = form.picture,
                                          .hidden_1 = c->lio.policy_hidden_1,
                                          .hidden_2 = c->lio.policy_hidden_2};
    return mg_lio_learner_create_form(&c->lio, &form, environment, key);
}

const mg_learner_table mg_lio_actor_critic = {
    .name = "lio-actor-critic",
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
