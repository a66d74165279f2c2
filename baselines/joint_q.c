/* joint_q.c - a deep Q learner, and the game that it is told. */
#include "baselines/joint_q.h"
#include "core/io/memory.h"

#include <stdlib.h>
#include <string.h>

enum { ACT_ROWS = 64 };

typedef struct joint_q {
    void *player; /* of mg_deep_q */
    int agents, observation, actions;
    int *length, *choices;                   /* [agents] */
    int *choice_offset;                      /* [agents], of the flat masks of a transition */
    float *seen;                             /* [ACT_ROWS][observation] */
    int32_t *joint;                          /* [ACT_ROWS] */
    uint8_t *allowed;                        /* [ACT_ROWS][actions], or NULL where nothing is ever barred */
    uint8_t *allowed_before, *allowed_after; /* [actions], of a transition */
    const uint8_t **mask;                    /* [agents]: where its bytes are */
} joint_q;

/* ---- making and ending ---- */

/* The product of all agents' choices, or 0 where it is too large. */
static int joint_actions(const mg_env_spec *environment)
{
    int product = 1;
    for (int i = 0; i < environment->agents; i++) {
        int choices = mg_env_agent(environment, i)->actions;
        if (choices < 1 || product > MG_JOINT_ACTIONS_MAX / choices)
            return 0;
        product *= choices;
    }
    return product;
}

/* The game of the single player. */
static mg_env_spec joint_game(const mg_env_spec *environment)
{
    mg_env_spec game = {.name = environment->name, .stages = 1, .longest_episode = environment->longest_episode};
    mg_agent_spec player = {.part = {{"all observations", 1, 1, mg_env_offsets(environment, NULL)}},
                            .actions = joint_actions(environment),
                            .masked = (mg_needs_offered(environment) & MG_NEED_MASKS) != 0};
    mg_env_add_agents(&game, 1, &player);
    return game;
}

static bool describe(const void *config, const mg_env_spec *environment, mg_learner_spec *spec, mg_error *error)
{
    if (!mg_deep_q.describe(config, environment, spec, error))
        return false;
    spec->needs = MG_NEED_CHOICES | MG_NEED_ONE_STAGE;
    bool choices = true; /* what has none is refused by its needs */
    for (int i = 0; i < environment->agents; i++)
        choices = choices && mg_env_agent(environment, i)->actions > 0;
    if (choices && !joint_actions(environment))
        return mg_fail(error, MG_EXIT_USAGE, "joint-q needs at most %d joint actions, but %d agents of %s have more",
                       MG_JOINT_ACTIONS_MAX, environment->agents, environment->name);
    return true;
}

static void destroy(void *self)
{
    joint_q *learner = self;
    if (learner->player)
        mg_deep_q.destroy(learner->player);
    free(learner->length);
    free(learner->seen);
    free(learner->joint);
    free(learner->allowed);
    free(learner->mask);
    free(learner);
}

static void describe_agents(joint_q *learner, const mg_env_spec *environment)
{
    size_t agents = (size_t)environment->agents;
    learner->agents = environment->agents;
    learner->length = mg_allocate(3 * agents, sizeof(int));
    learner->choices = learner->length + agents;
    learner->choice_offset = learner->choices + agents;
    (void)mg_env_choice_offsets(environment, learner->choice_offset);
    for (int i = 0; i < learner->agents; i++) {
        learner->length[i] = mg_env_agent(environment, i)->observation;
        learner->choices[i] = mg_env_agent(environment, i)->actions;
    }
}

static void *create(const void *config, const mg_env_spec *environment, mg_key key, mg_error *error)
{
    mg_env_spec game = joint_game(environment);
    const mg_agent_spec *player = mg_env_agent(&game, 0);
    joint_q *learner = mg_allocate(1, sizeof *learner);
    size_t actions = (size_t)player->actions;
    describe_agents(learner, environment);
    learner->observation = player->observation;
    learner->actions = player->actions;
    learner->seen = mg_allocate(ACT_ROWS * (size_t)learner->observation, sizeof(float));
    learner->joint = mg_allocate(ACT_ROWS, sizeof(int32_t));
    learner->mask = mg_allocate((size_t)learner->agents, sizeof *learner->mask);
    if (player->masked) {
        learner->allowed = mg_allocate((ACT_ROWS + 2) * actions, 1);
        learner->allowed_before = learner->allowed + ACT_ROWS * actions;
        learner->allowed_after = learner->allowed_before + actions;
    }
    learner->player = mg_deep_q.create(config, &game, key, error);
    mg_env_spec_free(&game);
    if (learner->player)
        return learner;
    destroy(learner);
    return NULL;
}

/* ---- playing ---- */

/* What agent i does in a joint action. */
static int32_t part_of(const joint_q *learner, int32_t joint, int agent)
{
    for (int i = learner->agents - 1; i > agent; i--)
        joint /= learner->choices[i];
    return joint % learner->choices[agent];
}

/* joint[j] is 1 where each agent's part of j is allowed. Agent i's bytes of entry e begin at mask[i] + e * choices. */
static void join_masks(const joint_q *learner, const uint8_t *const *mask, size_t entry, uint8_t *joint)
{
    memset(joint, 1, (size_t)learner->actions);
    for (int i = 0; i < learner->agents; i++)
        for (int j = 0; mask[i] && j < learner->actions; j++)
            joint[j] &= mask[i][entry * (size_t)learner->choices[i] + (size_t)part_of(learner, j, i)] != 0;
}

/* Entries first .. first + rows - 1 of the batch, as the player sees them. */
static void join_entries(joint_q *learner, const mg_batch *batch, int first, int rows)
{
    for (int k = 0; k < rows; k++) {
        size_t entry = (size_t)(first + k);
        float *seen = learner->seen + (size_t)k * (size_t)learner->observation;
        for (int i = 0; i < learner->agents; i++) {
            size_t length = (size_t)learner->length[i];
            memcpy(seen, batch->observation[i] + entry * length, length * sizeof *seen);
            seen += length;
        }
        if (learner->allowed && batch->allowed)
            join_masks(learner, batch->allowed, entry, learner->allowed + (size_t)k * (size_t)learner->actions);
    }
}

static void act(void *self, const mg_batch *batch, int32_t *const *actions, float *const *real)
{
    joint_q *learner = self;
    const float *const seen[1] = {learner->seen};
    const uint8_t *const allowed[1] = {learner->allowed};
    int32_t *const joint[1] = {learner->joint};
    for (int first = 0; first < batch->rows; first += ACT_ROWS) {
        int rows = batch->rows - first < ACT_ROWS ? batch->rows - first : ACT_ROWS;
        mg_batch one = {.mode = batch->mode, .rows = rows, .row = batch->row + first, .time = batch->time + first};
        one.observation = seen;
        one.allowed = learner->allowed && batch->allowed ? allowed : NULL;
        join_entries(learner, batch, first, rows);
        mg_deep_q.act(learner->player, &one, joint, real);
        for (int i = 0; i < learner->agents; i++)
            for (int k = 0; k < rows; k++)
                actions[i][first + k] = part_of(learner, learner->joint[k], i);
    }
}

/* ---- learning ---- */

/* What the player saw: the flat observations of all agents are one after the other already. */
static mg_observed join_view(const joint_q *learner, const mg_observed *view, const uint8_t **mask, uint8_t *allowed)
{
    if (!allowed)
        return (mg_observed){.observation = view->observation};
    for (int i = 0; i < learner->agents; i++)
        mask[i] = view->allowed + learner->choice_offset[i];
    join_masks(learner, mask, 0, allowed);
    return (mg_observed){.observation = view->observation, .allowed = allowed};
}

static void observe(void *self, const mg_transition *transition)
{
    joint_q *learner = self;
    int32_t action = 0;
    float reward = 0.0f;
    for (int i = 0; i < learner->agents; i++) {
        action = action * learner->choices[i] + transition->joint.action[i];
        reward += transition->reward[i];
    }
    reward /= (float)learner->agents;
    mg_transition joint = {.row = transition->row, .step = transition->step};
    joint.before = join_view(learner, &transition->before, learner->mask, learner->allowed_before);
    joint.after = join_view(learner, &transition->after, learner->mask, learner->allowed_after);
    joint.joint.action = &action;
    joint.reward = &reward;
    joint.terminated = transition->terminated;
    joint.truncated = transition->truncated;
    mg_deep_q.observe(learner->player, &joint);
}

static bool end_episode(void *self, int row)
{
    return mg_deep_q.end_episode(((joint_q *)self)->player, row);
}

/* ---- state: the player's ---- */

static void update_counts(const void *self, uint64_t *count)
{
    mg_deep_q.update_counts(((const joint_q *)self)->player, count);
}

static int tensors(void *self, mg_tensor *tensor, int room)
{
    return mg_deep_q.tensors(((joint_q *)self)->player, tensor, room);
}

static int replays(void *self, struct mg_replay_buffer **replay, int room)
{
    return mg_deep_q.replays(((joint_q *)self)->player, replay, room);
}

const mg_learner_table mg_joint_q = {
    .name = "joint-q",
    .fields = &mg_deep_q_fields,
    .describe = describe,
    .create = create,
    .destroy = destroy,
    .act = act,
    .observe = observe,
    .end_episode = end_episode,
    .update_counts = update_counts,
    .tensors = tensors,
    .replays = replays,
};
