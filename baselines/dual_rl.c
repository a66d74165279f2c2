/* dual_rl.c - the designer's choices, and its step. */
#include "baselines/dual_rl.h"
#include "core/io/memory.h"
#include "core/rl/designer.h"
#include "core/rl/policy_step.h"

#include <stdlib.h>
#include <string.h>

mg_dual_rl_config mg_dual_rl_gtb_paper(void)
{
    mg_dual_rl_config config = {.agents = mg_proximal_policy_gtb_paper(),
                                .designer_rate = 7.80e-4,
                                .designer_critic_rate = 2.30e-4,
                                .designer_follow = 1.90e-3,
                                .designer_limit = 10.0,
                                .designer_hidden_1 = 256,
                                .designer_hidden_2 = 256,
                                .levels = 21,
                                .growth = true,
                                .reward_scale = 25.0, /* a quarter of productivity times equality */
                                .anneal_start = 1.0};
    config.agents.entropy = 0.282;
    config.agents.actor_rate = 3.92e-4;
    config.agents.critic_rate = 3.74e-4;
    config.agents.clip = 0.0201;
    config.agents.follow = 2.80e-3;
    return config;
}

mg_dual_rl_config mg_dual_rl_gtb_curriculum(void)
{
    mg_dual_rl_config config = mg_dual_rl_gtb_paper();
    config.agents.entropy = 0.0166;
    config.agents.epsilon_start = config.agents.epsilon_end = 0.0;
    config.agents.actor_rate = 3.33e-4;
    config.agents.critic_rate = 5.58e-5;
    config.agents.clip = 0.084;
    config.agents.follow = 0.221;
    config.designer_rate = 4.9e-5;
    config.designer_critic_rate = 5.14e-4;
    config.designer_follow = 0.0178;
    config.designer_memory = 128;
    config.anneal_units = 8000;
    config.anneal_start = 0.1;
    return config;
}

#define AT(member) offsetof(mg_dual_rl_config, member)
static const mg_field field[] = {
    MG_PROXIMAL_POLICY_FIELDS,
    {"designer_rate", MG_FIELD_DOUBLE, AT(designer_rate), 0, 10, "thesis Table C.4: alpha_ID"},
    {"designer_critic_rate", MG_FIELD_DOUBLE, AT(designer_critic_rate), 0, 10, "thesis Table C.4: alpha_v,ID"},
    {"designer_follow", MG_FIELD_DOUBLE, AT(designer_follow), 0, 1, "thesis Table C.4: designer c_v"},
    {"designer_limit", MG_FIELD_DOUBLE, AT(designer_limit), 0, 1e6, "thesis C.2.3: 10"},
    {"designer_hidden_1", MG_FIELD_INT, AT(designer_hidden_1), 1, 4096, "thesis C.2.2: 256"},
    {"designer_hidden_2", MG_FIELD_INT, AT(designer_hidden_2), 1, 4096, "thesis C.2.2: 256"},
    {"designer_memory", MG_FIELD_INT, AT(designer_memory), 0, 4096, "thesis C.2.2: 128 with a curriculum"},
    {"levels", MG_FIELD_INT, AT(levels), 2, MG_DUAL_RL_LEVELS_MAX, "thesis Section 6.3.2: 21"},
    {"growth", MG_FIELD_BOOL, AT(growth), 0, 1, "facts/gtb.md 5: yes"},
    {"reward_scale", MG_FIELD_DOUBLE, AT(reward_scale), 0, 1e6, "facts/gtb.md 5: 25"},
    {"cost", MG_FIELD_DOUBLE, AT(cost), 0, 1e6, "thesis Equation 6.1: psi; taxes have none"},
    {"anneal_units", MG_FIELD_INT, AT(anneal_units), 0, 1000000000, "thesis C.2.1: 8000 with a curriculum"},
    {"anneal_start", MG_FIELD_DOUBLE, AT(anneal_start), 0, 1, "thesis C.2.1: 0.1 with a curriculum"},
};
static const mg_fields fields = {"dual-rl", sizeof field / sizeof *field, field, sizeof(mg_dual_rl_config)};

typedef struct dual_learner {
    mg_dual_rl_config config;
    mg_key key;
    void *agents; /* mg_proximal_policy's */
    mg_designer designer;
    mg_designer_episode episode;
    int choices;         /* of a number: to keep it, then the levels */
    uint64_t episodes;   /* of training, done */
    uint64_t steps;      /* of the designer's policy */
    int32_t *pending;    /* [number]: what was chosen last */
    int32_t *choice;     /* [decision][number] */
    uint8_t *allowed;    /* the same, [choice] each: alike in an episode */
    float *pure, *mixed; /* [decision][number][choice] */
    float *cotangent, *before, *advantage, *term, *slope;
    float *paid; /* [step]: received by all agents */
} dual_learner;

static bool describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    const mg_dual_rl_config *c = config;
    if (c->agents.episodes != 1)
        return mg_fail(error, MG_EXIT_INPUT,
                       "config dual-rl: episodes %d: wanted 1: both take a step after every episode",
                       c->agents.episodes);
    if (!mg_proximal_policy.describe(&c->agents, environment, spec, error))
        return false;
    const mg_transfer_spec *transfer = &environment->transfer;
    spec->needs |= MG_NEED_DESIGNER;
    /* what each number is now, then what the policy remembers */
    spec->memory_per_row = (size_t)transfer->givers * (size_t)transfer->numbers_per_giver * sizeof(int32_t) +
                           mg_designer_memory(c->designer_memory);
    spec->unit = "iteration of one episode";
    spec->update[spec->updates++] = "designer's policy";
    spec->update[spec->updates++] = "designer's critic";
    return true;
}

/* ---- memory ---- */

static void create_designer(dual_learner *learner, const mg_env_spec *environment)
{
    const mg_dual_rl_config *c = &learner->config;
    const int numbers = environment->transfer.givers * environment->transfer.numbers_per_giver;
    const int networks = c->agents.shared ? 1 : environment->agents;
    const mg_designer_config config = {.rate = c->designer_rate,
                                       .critic_rate = c->designer_critic_rate,
                                       .follow = c->designer_follow,
                                       .discount = c->agents.discount,
                                       .trace = c->agents.trace,
                                       .gradient_limit = c->designer_limit,
                                       .bootstrap_terminated = c->agents.bootstrap_terminated,
                                       .tensorflow = c->agents.tensorflow,
                                       .filters = c->agents.filters,
                                       .window = c->agents.window,
                                       .hidden_1 = c->designer_hidden_1,
                                       .hidden_2 = c->designer_hidden_2,
                                       .memory = c->designer_memory,
                                       .outputs = numbers * learner->choices,
                                       .activation = MG_ACTIVATION_NONE,
                                       .bias = true,
                                       .critic = true};
    mg_designer_create(&learner->designer, &config, environment, learner->key, 2 * (uint32_t)networks);
    mg_designer_episode_create(&learner->designer, &learner->episode);
}

static void *create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    dual_learner *learner = mg_allocate(1, sizeof *learner);
    learner->config = *(const mg_dual_rl_config *)config;
    learner->key = key;
    learner->choices = 1 + learner->config.levels;
    learner->agents = mg_proximal_policy.create(&learner->config.agents, environment, key, error);
    create_designer(learner, environment);
    const size_t numbers = (size_t)learner->designer.numbers;
    const size_t rows = (size_t)learner->designer.decisions_max * numbers, all = rows * (size_t)learner->choices;
    learner->paid = mg_allocate((size_t)learner->designer.steps_max, sizeof(float));
    learner->pending = mg_allocate(numbers, sizeof *learner->pending);
    learner->choice = mg_allocate(rows, sizeof *learner->choice);
    learner->allowed = mg_allocate(all, 1);
    learner->pure = mg_allocate(all, sizeof(float));
    learner->mixed = mg_allocate(all, sizeof(float));
    learner->cotangent = mg_allocate(all, sizeof(float));
    learner->before = mg_allocate(rows, sizeof(float));
    learner->advantage = mg_allocate(rows, sizeof(float));
    learner->term = mg_allocate(rows, sizeof(float));
    learner->slope = mg_allocate(rows, sizeof(float));
    return learner;
}

static void destroy(void *self)
{
    dual_learner *learner = self;
    void *const block[] = {learner->paid,      learner->pending, learner->choice,    learner->allowed,
                           learner->pure,      learner->mixed,   learner->cotangent, learner->before,
                           learner->advantage, learner->term,    learner->slope};
    for (size_t i = 0; i < sizeof block / sizeof *block; i++)
        free(block[i]);
    mg_designer_episode_destroy(&learner->episode);
    mg_designer_destroy(&learner->designer);
    mg_proximal_policy.destroy(learner->agents);
    free(learner);
}

/* ---- choosing ---- */

/* The largest part of the range that may be given now. */
static double cap_of(const dual_learner *learner)
{
    const mg_dual_rl_config *c = &learner->config;
    if (c->anneal_units == 0 || learner->episodes >= (uint64_t)c->anneal_units)
        return 1.0;
    return c->anneal_start + (1.0 - c->anneal_start) * ((double)learner->episodes / (double)c->anneal_units);
}

static double part_of(const dual_learner *learner, int level)
{
    return (double)level / (double)(learner->config.levels - 1);
}

/* For `rows` choices: keeping is always allowed, a level up to the cap. */
static void bar(dual_learner *learner, int rows)
{
    const double cap = cap_of(learner);
    uint8_t *allowed = learner->allowed;
    for (int row = 0; row < rows; row++, allowed += learner->choices) {
        allowed[0] = 1;
        for (int level = 0; level < learner->config.levels; level++)
            allowed[1 + level] = part_of(learner, level) <= cap + 1e-9;
    }
}

static mg_policy_form form_of(const dual_learner *learner, mg_mode mode)
{
    return (mg_policy_form){.actions = learner->choices,
                            .epsilon = mode == MG_TRAIN ? mg_proximal_policy_epsilon(learner->agents) : 0.0f,
                            .explore_barred = learner->config.agents.explore_barred};
}

static void give_entry(dual_learner *learner, const mg_batch *batch, const int32_t *const *actions, int k, float *given)
{
    const mg_designer *designer = &learner->designer;
    const mg_purpose purpose = batch->mode == MG_TRAIN ? MG_PURPOSE_TRAIN_ACTION : MG_PURPOSE_EVALUATE_ACTION;
    const mg_policy_form form = form_of(learner, batch->mode);
    const double cap = cap_of(learner);
    int32_t *level = batch->memory[k]; /* zeros at an episode's beginning */
    mg_stream stream =                 /* of one more agent than there are */
        mg_stream_at(learner->key, purpose, batch->time[k], (uint32_t)batch->row[k], (uint32_t)designer->agents);
    const float *logits = mg_designer_ask(&learner->designer, batch, actions, k, (float *)(level + designer->numbers));
    bar(learner, designer->numbers);
    mg_policy_probabilities(&form, designer->numbers, logits, learner->allowed, learner->pure, learner->mixed);
    for (int n = 0; n < designer->numbers; n++) {
        int chosen =
            mg_random_categorical(&stream, learner->mixed + (size_t)n * (size_t)learner->choices, learner->choices);
        level[n] = chosen > 0 ? chosen - 1 : level[n];
        learner->pending[n] = chosen;
        double part = part_of(learner, level[n]);
        given[n] = designer->low + designer->range * (float)(part < cap ? part : cap);
    }
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
    const int t = learner->episode.steps, numbers = designer->numbers;
    mg_transition gained = *transition; /* from which agents learn */
    gained.reward = mg_designer_gains(&learner->designer, transition);
    mg_proximal_policy.observe(learner->agents, &gained);
    mg_designer_observe(designer, &learner->episode, transition);
    learner->paid[t] = 0.0f;
    for (int i = 0; i < designer->agents; i++)
        learner->paid[t] += transition->received[i];
    if (t % designer->period == 0)
        memcpy(learner->choice + (size_t)(t / designer->period * numbers), learner->pending,
               (size_t)numbers * sizeof *learner->choice);
}

/* ---- learning ---- */

/* Its rewards, in place of welfare. */
static void reward(dual_learner *learner)
{
    const mg_dual_rl_config *c = &learner->config;
    const float scale = (float)c->reward_scale, cost = (float)c->cost;
    float *welfare = learner->episode.welfare;
    for (int t = learner->episode.steps - 1; t >= 0; t--) {
        float before = !c->growth ? 0.0f : t > 0 ? welfare[t - 1] : welfare[0];
        welfare[t] = scale * (welfare[t] - before) - cost * learner->paid[t];
    }
}

/* A step of proximal policy optimisation, of the mean over steps; steps in which nobody is asked have no part in its
 * gradient. Its policy is still the one that played. */
static void step_policy(dual_learner *learner)
{
    mg_designer *designer = &learner->designer;
    const mg_designer_episode *e = &learner->episode;
    const int numbers = designer->numbers, decisions = mg_designer_decisions(designer, e), rows = decisions * numbers;
    const mg_policy_form form = form_of(learner, MG_TRAIN);
    const float *logits = mg_designer_answers(designer, e);
    bar(learner, rows);
    mg_policy_probabilities(&form, rows, logits, learner->allowed, learner->pure, learner->mixed);
    for (int row = 0; row < rows; row++) {
        learner->before[row] = learner->mixed[row * learner->choices + learner->choice[row]];
        learner->advantage[row] = designer->advantage[row / numbers * designer->period];
    }
    const mg_policy_batch batch = {.rows = rows,
                                   .allowed = learner->allowed,
                                   .action = learner->choice,
                                   .before = learner->before,
                                   .advantage = learner->advantage,
                                   .clip = (float)learner->config.agents.clip,
                                   .pure = learner->pure,
                                   .mixed = learner->mixed,
                                   .term = learner->term,
                                   .slope = learner->slope};
    mg_policy_loss(&form, &batch, logits, learner->cotangent);
    for (int k = 0; k < rows * learner->choices; k++) /* it is a mean over rows */
        learner->cotangent[k] *= (float)rows / (float)e->steps;
    mg_designer_back(designer, e, learner->cotangent);
    mg_designer_step(designer);
    learner->steps++;
}

static bool end_episode(void *self, int row)
{
    dual_learner *learner = self;
    reward(learner);
    mg_designer_advantages(&learner->designer, &learner->episode);
    step_policy(learner);
    mg_designer_step_critic(&learner->designer, &learner->episode);
    learner->episodes++;
    return mg_proximal_policy.end_episode(learner->agents, row);
}

static void update_counts(const void *self, uint64_t *count)
{
    const dual_learner *learner = self;
    mg_proximal_policy.update_counts(learner->agents, count);
    count[2] = learner->steps;
    count[3] = learner->designer.critic_steps;
}

/* A unit ends with no episode begun: what it saw is no state. */
static int tensors(void *self, mg_tensor *tensor, int room)
{
    dual_learner *learner = self;
    int count = mg_proximal_policy.tensors(learner->agents, tensor, room);
    count = mg_designer_tensors(&learner->designer, tensor, room, count);
    count = mg_list_array(MG_KIND_STATE, "episodes", MG_TYPE_U64, 1, &learner->episodes, tensor, room, count);
    return mg_list_array(MG_KIND_STATE, "designer's updates", MG_TYPE_U64, 1, &learner->steps, tensor, room, count);
}

const mg_learner_table mg_dual_rl = {
    .name = "dual-rl",
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
