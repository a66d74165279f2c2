/* gift_team.h - agents whose actions include gifts, at play: drawing, giving, recording. What PG-d, PG-c, LOLA-d
 * and LOLA-c have in common beside their arithmetic (gift_step.h).
 */
#ifndef MG_GIFT_TEAM_H
#define MG_GIFT_TEAM_H

#include "baselines/gift_step.h"
#include "core/rl/learner.h"
#include "core/rl/trajectory.h"

#define MG_GIFT_NEEDS (MG_NEED_CHOICES | MG_NEED_ALIKE | MG_NEED_GIFTS)
#define MG_GIFT_AGENTS (MG_GIFT_OTHERS + 1)
#define MG_GIFT_CHOICES 512 /* most choices of a giver, gifts included */

typedef struct mg_gift_team {
    mg_gift_program program;
    mg_gift_scratch *scratch;
    mg_key key;
    double gift;                  /* the value of a discrete gift, or the bound of a continuous one */
    float *theta[MG_GIFT_AGENTS]; /* blocks of one allocation, which theta[0] is */
    size_t count;                 /* of all blocks */
    int stage[MG_GIFT_AGENTS];
    int transfers; /* numbers given in a step */
    float *seen;   /* [rows_max][program.seen]: what one giver's means are of, where they are of others' actions too */
    float *workspace;
    int32_t choice[MG_GIFT_AGENTS];           /* of the last training decision */
    float u[MG_GIFT_AGENTS * MG_GIFT_OTHERS]; /* the same: [giver][other] */
} mg_gift_team;

/* Whether gifts of `gift` at most fit the environment's channel, and the team its limits: at most MG_GIFT_AGENTS agents
 * and MG_GIFT_CHOICES choices; else false, with the reason under the learner's name. */
bool mg_gift_team_fits(const char *learner, const mg_env_spec *environment, bool continuous, double gift,
                       mg_error *error);
/* Bytes of a row's memory: what was chosen, until it is given. */
size_t mg_gift_team_memory(const mg_env_spec *environment);

/* shape: sizes and form; agents, givers, observation and actions are filled in here. Networks 0..agents-1 are the
 * policies, the next ones the givers' means; weights Glorot-uniform, biases 0. */
void mg_gift_team_create(mg_gift_team *team, const mg_gift_shape *shape, double gift, const mg_env_spec *environment,
                         mg_key key);
void mg_gift_team_destroy(mg_gift_team *team);

/* Draws choices and gifts of the agents of this stage: in training from the policy mixed with epsilon, in evaluation
 * from the policy itself. Stream: (key, TRAIN_ACTION or EVALUATE_ACTION, time, row, agent), the choice before the
 * gifts. */
void mg_gift_team_act(mg_gift_team *team, const mg_batch *batch, float epsilon, int32_t *const *actions);
/* Where the means are of the others' actions too, gifts are drawn now, when these are known. Stream: as above, agent +
 * agents. */
void mg_gift_team_draw(mg_gift_team *team, const mg_batch *batch, const int32_t *const *actions);
/* Hands over what was drawn. */
void mg_gift_team_give(const mg_gift_team *team, const mg_batch *batch, float *const *transfers);

/* Appends the last training decisions of all agents to the trajectory, whose rewards are extrinsic + received - cost *
 * paid (plain: extrinsic alone) and whose actions are choices, and what givers drew to u: [giver][row of the
 * trajectory][other]. */
void mg_gift_team_record(const mg_gift_team *team, const mg_transition *transition, double cost,
                         mg_trajectory *trajectory, float *u);
/* An agent's rows of it, for mg_gift_loss_gradient; valid until the next call. */
mg_gift_rows mg_gift_team_rows(const mg_gift_team *team, int agent, const mg_trajectory *trajectory, const float *u);

/* The blocks as "agent 0 first.weight", "agent 0 gift first.weight", ... */
int mg_gift_team_tensors(mg_gift_team *team, mg_tensor *tensor, int room, int count);

#endif
