/* dual_designer.c - what is given, and the designer's step. */
#include "baselines/dual_designer.h"
#include "baselines/dual_designer_step.h"
#include "core/io/memory.h"
#include "core/num/kernels.h"
#include "core/num/scalar_math.h"
#include "core/rl/designer.h"
#include "core/rl/returns.h"

#include <stdlib.h>
#include <string.h>

static mg_dual_designer_config config_of(double entropy, double rate, int hidden_1, int hidden_2)
{
    return (mg_dual_designer_config){.agents = {.discount = 0.99,
                                                .clip = 0.2, /* of no effect */
                                                .entropy = entropy,
                                                .episodes = 1,
                                                .epochs = 1,
                                                .minibatches = 1,
                                                .epsilon_units = 1,
                                                .actor_rate = rate,
                                                .tensorflow = true,
                                                .plain = true,
                                                .window = 5,
                                                .hidden_1 = hidden_1,
                                                .hidden_2 = hidden_2},
                                     .cost = 1.0};
}

mg_dual_designer_config mg_dual_designer_discrete_paper(bool large, int values)
{
    mg_dual_designer_config config = large ? config_of(0.0166, 9.56e-5, 64, 64) : config_of(0.386, 3.41e-4, 128, 64);
    config.designer_entropy = large ? 0.148 : 0.488;
    config.designer_rate = large ? 7.07e-3 : 2.47e-3;
    config.designer_hidden_1 = large ? 64 : 128;
    config.designer_hidden_2 = large ? 32 : 64;
    config.values = values;
    config.value_1 = values == 5 ? 0.5 : 1.1;
    config.value_2 = values == 5 ? 1.0 : values == 3 ? 2.0 : 0.0;
    config.value_3 = values == 5 ? 1.5 : 0.0;
    config.value_4 = values == 5 ? 2.0 : 0.0;
    return config;
}

mg_dual_designer_config mg_dual_designer_continuous_paper(bool large)
{
    mg_dual_designer_config config = large ? config_of(0.345, 9.05e-4, 64, 32) : config_of(7.07, 7.70e-4, 64, 32);
    config.designer_rate = large ? 1.63e-4 : 1.17e-4;
    config.designer_hidden_1 = large ? 128 : 64;
    config.designer_hidden_2 = 64;
    config.continuous = true;
    config.values = 1;
    return config;
}

mg_dual_designer_config mg_dual_designer_cleanup_paper(void)
{
    return (mg_dual_designer_config){.agents = mg_proximal_policy_cleanup_paper(true),
                                     .designer_rate = 1.15e-5,
                                     .designer_entropy = 0.23,
                                     .designer_critic_rate = 1.72e-5,
                                     .designer_follow = 0.846,
                                     .designer_trace = 0.99,
                                     .designer_hidden_1 = 64,
                                     .designer_hidden_2 = 64,
                                     .continuous = true,
                                     .values = 1};
}

#define AT(member) offsetof(mg_dual_designer_config, member)
static const mg_field field[] = {
    MG_PROXIMAL_POLICY_FIELDS,
    {"designer_rate", MG_FIELD_DOUBLE, AT(designer_rate), 0, 10, "thesis Tables C.1, C.3: alpha_ID"},
    {"designer_entropy", MG_FIELD_DOUBLE, AT(designer_entropy), 0, 10, "thesis Tables C.1, C.3: designer c_entropy"},
    {"designer_critic_rate", MG_FIELD_DOUBLE, AT(designer_critic_rate), 0, 10, "thesis Table C.3: alpha_v,ID"},
    {"designer_follow", MG_FIELD_DOUBLE, AT(designer_follow), 0, 1, "thesis Table C.3: designer c_v"},
    {"designer_trace", MG_FIELD_DOUBLE, AT(designer_trace), 0, 1, "thesis C.2.3: lambda, 0.99"},
    {"cost", MG_FIELD_DOUBLE, AT(cost), 0, 100, "thesis 6.3.2: incentives are subtracted from R^ID"},
    {"designer_hidden_1", MG_FIELD_INT, AT(designer_hidden_1), 1, 4096, "thesis Tables C.1: d_1, C.3: h_1"},
    {"designer_hidden_2", MG_FIELD_INT, AT(designer_hidden_2), 1, 4096, "thesis Tables C.1: d_2, C.3: h_2"},
    {"continuous", MG_FIELD_BOOL, AT(continuous), 0, 1, "thesis 6.3.2: dual-RL (c)"},
    {"values", MG_FIELD_INT, AT(values), 1, MG_DUAL_DESIGNER_VALUES, "thesis 6.3.2: the size of S_r"},
    {"value_1", MG_FIELD_DOUBLE, AT(value_1), 0, 100, "thesis 6.3.2: S_r"},
    {"value_2", MG_FIELD_DOUBLE, AT(value_2), 0, 100, "thesis 6.3.2: S_r"},
    {"value_3", MG_FIELD_DOUBLE, AT(value_3), 0, 100, "thesis 6.3.2: S_r"},
    {"value_4", MG_FIELD_DOUBLE, AT(value_4), 0, 100, "thesis 6.3.2: S_r"},
};
static const mg_fields fields = {"dual-designer", sizeof field / sizeof *field, field, sizeof(mg_dual_designer_config)};

typedef struct dual_learner {
    mg_dual_designer_config config;
    mg_key key;
    void *agents; /* mg_proximal_policy's */
    mg_designer designer;
    mg_designer_episode episode;        /* its welfare: less what giving cost */
    int wide;                           /* outputs of its network */
    float *reals;                       /* what follows, one after the other: */
    float *probability, *cotangent, *u; /* [decision][output] */
    float *pending;                     /* [output]: what was drawn last */
    float *returns;                     /* [step] */
    float *worth;                       /* [decision] */
    bool criticised;                    /* there is a critic */
    int32_t *choice;                    /* [decision], then the last one */
    uint64_t steps;                     /* of the designer */
} dual_learner;

/* ---- description ---- */

static double value_of(const mg_dual_designer_config *c, int digit)
{
    const double value[MG_DUAL_DESIGNER_VALUES] = {0.0, c->value_1, c->value_2, c->value_3, c->value_4};
    return value[digit];
}

/* Assignments of values to so many numbers, or one more than may be. */
static int choices_of(const mg_dual_designer_config *c, int numbers)
{
    int choices = 1;
    while (numbers-- > 0 && choices <= MG_DUAL_DESIGNER_CHOICES)
        choices *= c->values;
    return choices;
}

static bool fits(const mg_dual_designer_config *c, const mg_env_spec *environment, mg_error *error)
{
    const mg_transfer_spec *transfer = &environment->transfer;
    const int numbers = transfer->givers * transfer->numbers_per_giver;
    if (c->continuous || !(mg_needs_offered(environment) & MG_NEED_DESIGNER))
        return true; /* the need will say so */
    if (choices_of(c, numbers) > MG_DUAL_DESIGNER_CHOICES)
        return mg_fail(error, MG_EXIT_USAGE,
                       "dual-designer chooses among at most %d assignments, but %s asks for %d numbers of %d values",
                       MG_DUAL_DESIGNER_CHOICES, environment->name, numbers, c->values);
    for (int digit = 0; digit < c->values; digit++)
        if (value_of(c, digit) < (double)transfer->low || value_of(c, digit) > (double)transfer->high)
            return mg_fail(error, MG_EXIT_USAGE, "dual-designer gives %g, but %s lets a designer give %g to %g",
                           value_of(c, digit), environment->name, (double)transfer->low, (double)transfer->high);
    return true;
}

static bool describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    const mg_dual_designer_config *c = config;
    if (c->agents.episodes != 1)
        return mg_fail(error, MG_EXIT_INPUT,
                       "config dual-designer: episodes %d: wanted 1: both take a step after every episode",
                       c->agents.episodes);
    if (!mg_proximal_policy.describe(&c->agents, environment, spec, error) || !fits(c, environment, error))
        return false;
    spec->needs |= MG_NEED_DESIGNER;
    spec->unit = "iteration of one episode";
    spec->update[spec->updates++] = "designer's policy";
    if (c->designer_critic_rate > 0.0)
        spec->update[spec->updates++] = "designer's critic";
    return true;
}

/* ---- memory ---- */

static void *create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    dual_learner *learner = mg_allocate(1, sizeof *learner);
    const mg_dual_designer_config *c = &learner->config;
    const int numbers = environment->transfer.givers * environment->transfer.numbers_per_giver;
    const int networks = ((const mg_dual_designer_config *)config)->agents.shared ? 1 : environment->agents;
    learner->config = *(const mg_dual_designer_config *)config;
    learner->key = key;
    learner->agents = mg_proximal_policy.create(&learner->config.agents, environment, key, error);
    learner->wide = c->continuous ? numbers : choices_of(c, numbers);
    learner->criticised = c->designer_critic_rate > 0.0;
    const mg_designer_config designer = {.rate = c->designer_rate,
                                         .critic_rate = c->designer_critic_rate,
                                         .follow = c->designer_follow,
                                         .discount = c->agents.discount,
                                         .trace = c->designer_trace,
                                         .bootstrap_terminated = c->agents.bootstrap_terminated,
                                         .critic = learner->criticised,
                                         .tensorflow = c->agents.tensorflow,
                                         .filters = c->agents.filters,
                                         .window = c->agents.window,
                                         .hidden_1 = c->designer_hidden_1,
                                         .hidden_2 = c->designer_hidden_2,
                                         .outputs = learner->wide,
                                         .activation = MG_ACTIVATION_NONE,
                                         .bias = !c->continuous};
    mg_designer_create(&learner->designer, &designer, environment, key, 2 * (uint32_t)networks);
    mg_designer_episode_create(&learner->designer, &learner->episode);
    const size_t wide = (size_t)learner->wide, decisions = (size_t)learner->designer.decisions_max;
    learner->reals =
        mg_allocate(3 * decisions * wide + wide + (size_t)learner->designer.steps_max + decisions, sizeof(float));
    learner->probability = learner->reals;
    learner->cotangent = learner->probability + decisions * wide;
    learner->u = learner->cotangent + decisions * wide;
    learner->pending = learner->u + decisions * wide;
    learner->returns = learner->pending + wide;
    learner->worth = learner->returns + learner->designer.steps_max;
    learner->choice = mg_allocate(decisions + 1, sizeof(int32_t));
    return learner;
}

static void destroy(void *self)
{
    dual_learner *learner = self;
    free(learner->choice);
    free(learner->reals);
    mg_designer_episode_destroy(&learner->episode);
    mg_designer_destroy(&learner->designer);
    mg_proximal_policy.destroy(learner->agents);
    free(learner);
}

/* ---- giving ---- */

static int32_t *last_choice(const dual_learner *learner)
{
    return learner->choice + learner->designer.decisions_max;
}

static void give_entry(dual_learner *learner, const mg_batch *batch, const int32_t *const *actions, int k, float *given)
{
    mg_designer *designer = &learner->designer;
    const mg_dual_designer_config *c = &learner->config;
    const mg_purpose purpose = batch->mode == MG_TRAIN ? MG_PURPOSE_TRAIN_ACTION : MG_PURPOSE_EVALUATE_ACTION;
    mg_stream stream = /* of one more agent than there are */
        mg_stream_at(learner->key, purpose, batch->time[k], (uint32_t)batch->row[k], (uint32_t)designer->agents);
    const float *output = mg_designer_ask(designer, batch, actions, k, NULL);
    if (c->continuous) {
        for (int n = 0; n < designer->numbers; n++) {
            learner->pending[n] = output[n] + mg_random_normal(&stream);
            given[n] = designer->low + designer->range * mg_sigmoid_float(learner->pending[n]);
        }
        return;
    }
    mg_kernels_current()->softmax(1, learner->wide, output, learner->probability);
    const int32_t choice = mg_random_categorical(&stream, learner->probability, learner->wide);
    *last_choice(learner) = choice;
    for (int n = 0; n < designer->numbers; n++)
        given[n] = (float)value_of(c, mg_dual_designer_digit(choice, c->values, n));
}

static void give(void *self, const mg_batch *batch, const int32_t *const *actions, float *const *transfers)
{
    for (int k = 0; k < batch->rows; k++)
        give_entry(self, batch, actions, k, transfers[k]);
}

static void begin_episode(void *self, int row)
{
    dual_learner *learner = self;
    learner->episode.steps = 0;
    learner->episode.terminated = 0;
    mg_proximal_policy.begin_episode(learner->agents, row);
}

static void act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real)
{
    mg_proximal_policy.act(((dual_learner *)self)->agents, batch, actions, real);
}

static void observe(void *self, const mg_transition *transition)
{
    dual_learner *learner = self;
    const mg_designer *designer = &learner->designer;
    const int t = learner->episode.steps, decision = t / designer->period;
    mg_transition gained = *transition; /* from which agents learn */
    gained.reward = mg_designer_gains(&learner->designer, transition);
    mg_proximal_policy.observe(learner->agents, &gained);
    mg_designer_observe(designer, &learner->episode, transition);
    for (int i = 0; i < designer->agents; i++)
        learner->episode.welfare[t] -= (float)learner->config.cost * transition->received[i];
    if (t % designer->period != 0)
        return;
    learner->choice[decision] = *last_choice(learner);
    memcpy(learner->u + (size_t)decision * (size_t)learner->wide, learner->pending,
           (size_t)learner->wide * sizeof(float));
}

/* ---- learning ---- */

/* What each decision of the episode was worth; returns what a sum of them weighs in the loss. */
static float judge(dual_learner *learner)
{
    mg_designer *designer = &learner->designer;
    const mg_designer_episode *e = &learner->episode;
    const int decisions = mg_designer_decisions(designer, e);
    const float *worth = learner->returns;
    if (learner->criticised) {
        mg_designer_advantages(designer, e);
        worth = designer->advantage;
    } else {
        mg_discounted_returns(e->steps, (float)learner->config.agents.discount, e->welfare, learner->returns);
    }
    const float weight = learner->criticised ? 1.0f / (float)decisions : 1.0f;
    for (int d = 0; d < decisions; d++)
        learner->worth[d] = weight * worth[d * designer->period];
    return weight;
}

static void step_designer(dual_learner *learner)
{
    mg_designer *designer = &learner->designer;
    const mg_designer_episode *e = &learner->episode;
    const float weight = judge(learner);
    const mg_dual_decisions decisions = {.rows = mg_designer_decisions(designer, e),
                                         .wide = learner->wide,
                                         .continuous = learner->config.continuous,
                                         .choice = learner->choice,
                                         .u = learner->u,
                                         .worth = learner->worth,
                                         .entropy = weight * (float)learner->config.designer_entropy};
    mg_dual_designer_cotangent(&decisions, mg_designer_answers(designer, e), learner->probability, learner->cotangent);
    mg_designer_back(designer, e, learner->cotangent);
    mg_designer_step(designer);
    learner->steps++;
    if (learner->criticised)
        mg_designer_step_critic(designer, e);
}

static bool end_episode(void *self, int row)
{
    dual_learner *learner = self;
    step_designer(learner);
    return mg_proximal_policy.end_episode(learner->agents, row);
}

static void update_counts(const void *self, uint64_t *count)
{
    const dual_learner *learner = self;
    const int n = learner->config.agents.plain ? 1 : 2;
    mg_proximal_policy.update_counts(learner->agents, count);
    count[n] = learner->steps;
    if (learner->criticised)
        count[n + 1] = learner->designer.critic_steps;
}

/* A unit ends with no episode begun: what it saw is no state. */
static int tensors(void *self, mg_tensor *tensor, int room)
{
    dual_learner *learner = self;
    int count = mg_proximal_policy.tensors(learner->agents, tensor, room);
    count = mg_designer_tensors(&learner->designer, tensor, room, count);
    return mg_list_array(MG_KIND_STATE, "designer's updates", MG_TYPE_U64, 1, &learner->steps, tensor, room, count);
}

const mg_learner_table mg_dual_designer = {
    .name = "dual-designer",
    .fields = &fields,
    .describe = describe,
    .create = create,
    .destroy = destroy,
    .begin_episode = begin_episode,
    .act = act,
    .give = give,
    .observe = observe,
    .end_episode = end_episode,
    .update_counts = update_counts,
    .tensors = tensors,
};
