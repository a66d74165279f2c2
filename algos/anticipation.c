/* anticipation.c - the learner: who tells whom what, and the steps of every network. */
#include "algos/anticipation.h"

#include "algos/anticipation_step.h"
#include "core/io/memory.h"

#include <stdlib.h>

mg_anticipation_config mg_anticipation_continuous_paper(void)
{
    return (mg_anticipation_config){
        .proximal = mg_sharing_default(1e-4), .penalty = 0.1, .mutual = true, .own_product = true};
}

mg_anticipation_config mg_anticipation_discrete_default(void)
{
    return (mg_anticipation_config){
        .proximal = mg_sharing_default(5e-5), .penalty = 1.0, .mutual = true, .own_product = true};
}

static const mg_field field[] = {
    MG_SHARING_FIELDS,
    {"penalty", MG_FIELD_DOUBLE, offsetof(mg_anticipation_config, penalty), 0, 1e6,
     "paper Table 2: 0.1 continuous; 1e4 discrete, as far as the damaged print can be read (facts/as.md 1)"},
    {"mutual", MG_FIELD_BOOL, offsetof(mg_anticipation_config, mutual), 0, 1, "our choice: yes (facts/as.md 3.4)"},
    {"own_product", MG_FIELD_BOOL, offsetof(mg_anticipation_config, own_product), 0, 1, "paper Equation 12"},
    {"pull_always", MG_FIELD_BOOL, offsetof(mg_anticipation_config, pull_always), 0, 1, "paper Equation 13: no"},
    {"largest_kappa", MG_FIELD_BOOL, offsetof(mg_anticipation_config, largest_kappa), 0, 1,
     "paper Section 4.3: no, its implementation takes the mean for the largest"},
};
static const mg_fields fields = {"anticipation", sizeof field / sizeof *field, field, sizeof(mg_anticipation_config)};

typedef struct anticipation_learner {
    mg_sharing core; /* first: the shared functions take the learner for it */
    mg_anticipation_config config;
    int *row;  /* [i][j][step]: the steps where i hears from j ... */
    int *rows; /* ... and how many they are */
    float *scratch;
} anticipation_learner;

/* ---- one iteration ---- */

/* Algorithm 1, lines 13 and 14: everybody evaluates its policy on all steps and its anticipations where it hears. */
static void tell_neighbours(anticipation_learner *learner)
{
    mg_sharing *core = &learner->core;
    for (int i = 0; i < core->agents; i++)
        for (int j = 0; j < core->agents; j++) {
            int pair = i * core->agents + j, *row = learner->row + pair * core->steps_max, rows = 0;
            for (int t = 0; i != j && t < core->episode.steps; t++)
                if (mg_sharing_talks(core, t, i)[j])
                    row[rows++] = t;
            learner->rows[pair] = rows;
            if (i == j)
                mg_sharing_evaluate_own(core, i);
            else if (rows > 0)
                mg_sharing_evaluate(core, i, j, rows, row);
        }
}

/* Line 16: a step up Equation 15 in the own policy and in the anticipation of everybody heard from. */
static void climb(anticipation_learner *learner, int i)
{
    mg_sharing *core = &learner->core;
    for (int j = 0; j < core->agents; j++) {
        int pair = i * core->agents + j;
        if (i == j)
            mg_sharing_climb(core, i, i, core->episode.steps, NULL);
        else if (learner->rows[pair] > 0)
            mg_sharing_climb(core, i, j, learner->rows[pair], learner->row + pair * core->steps_max);
    }
}

static void learn(mg_sharing *core)
{
    anticipation_learner *learner = (anticipation_learner *)core;
    mg_anticipation_batch batch = {.agents = core->agents,
                                   .actions = core->actions,
                                   .steps_max = core->steps_max,
                                   .steps = core->episode.steps,
                                   .talks = core->talks,
                                   .mutual = learner->config.mutual,
                                   .own_product = learner->config.own_product,
                                   .pull_always = learner->config.pull_always,
                                   .largest_kappa = learner->config.largest_kappa,
                                   .action = core->episode.action,
                                   .before = core->before,
                                   .told = core->probability,
                                   .clip = (float)core->config.clip,
                                   .penalty = (float)learner->config.penalty};
    tell_neighbours(learner);
    for (int i = 0; i < core->agents; i++) {
        batch.self = i;
        batch.advantage = core->used + i * core->steps_max;
        batch.probability = mg_sharing_probability(core, i, 0);
        mg_anticipation_objective(&batch, core->gradient, learner->scratch);
        mg_sharing_add_entropy(core, i);
        climb(learner, i);
    }
}

static const mg_sharing_method method = {.network_each = true, .update = "anticipation", .learn = learn};

/* ---- the learner ---- */

static bool describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    (void)config;
    return mg_sharing_describe(&method, environment, spec, error);
}

static void *create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    (void)error;
    const mg_anticipation_config *c = config;
    anticipation_learner *learner = mg_allocate(1, sizeof *learner);
    learner->config = *c;
    mg_sharing_create(&learner->core, &method, &c->proximal, environment, key);
    size_t steps = (size_t)learner->core.steps_max, pairs = (size_t)(environment->agents * environment->agents);
    learner->row = mg_allocate(pairs * steps, sizeof *learner->row);
    learner->rows = mg_allocate(pairs, sizeof *learner->rows);
    learner->scratch = mg_allocate(3 * steps, sizeof *learner->scratch);
    return learner;
}

static void destroy(void *self)
{
    anticipation_learner *learner = self;
    free(learner->row);
    free(learner->rows);
    free(learner->scratch);
    mg_sharing_destroy(self);
}

const mg_learner_table mg_anticipation = {
    .name = "anticipation",
    .fields = &fields,
    .describe = describe,
    .create = create,
    .destroy = destroy,
    .begin_episode = mg_sharing_begin_episode,
    .act = mg_sharing_act,
    .observe = mg_sharing_observe,
    .end_episode = mg_sharing_end_episode,
    .metrics = mg_sharing_metrics,
    .update_counts = mg_sharing_update_counts,
    .tensors = mg_sharing_tensors,
};
