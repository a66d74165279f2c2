/* rounds.h - training in rounds, as the program of CoLight (Wei et al. 2019) has it, whose setting Learning to Share
 * takes for its traffic (facts/ltos.md 22): some episodes with networks that stay as they are, then values are fitted
 * to a sample of what the replay holds, epoch after epoch, until an error on a part of it that is held out gets no
 * smaller. A learner whose config has these fields keeps the sample and knows what a minibatch of it does:
 *
 *     rate = mg_rounds_rate(&rounds, config.rate, round);
 *     mg_rounds_fit(&rounds, samples, batch, pass, learner);
 */
#ifndef MG_ROUNDS_H
#define MG_ROUNDS_H

#include "core/num/optimiser.h"
#include "core/rl/learner.h"

typedef struct mg_rounds {
    int episodes;          /* of a round */
    int sample;            /* transitions of the replay to fit to, or all while there are fewer */
    double held_out;       /* part of them, the last ones, that judges and is not fitted to */
    int epochs;            /* at most; ... */
    int patience;          /* ... after so many without a new least error no more follow */
    double rate_decay;     /* rates are multiplied by it after every round */
    double reward_scale;   /* rewards are multiplied by it */
    double decay, epsilon; /* RMSProp, which fits */
} mg_rounds;

mg_rounds mg_rounds_colight(void); /* 4 episodes, 1000 transitions, 0.3, 100, 10; 0.95, 1/20; 0.9, 1e-7 */

/* Fields of a config of that type whose member `rounds` this is: so many initialisers at the end of its list. */
#define MG_ROUNDS_FIELDS_COUNT 9
#define MG_ROUNDS_AT(type, member) offsetof(type, rounds.member)
/* clang-format off */
#define MG_ROUNDS_FIELDS(type) \
    {"round_episodes", MG_FIELD_INT, MG_ROUNDS_AT(type, episodes), 1, 100000, "Learning to Share's program: 4 on 6x6, 1 in Shenzhen"}, \
    {"round_sample", MG_FIELD_INT, MG_ROUNDS_AT(type, sample), 1, 1000000, "Learning to Share, Table 4: sample size"}, \
    {"held_out", MG_FIELD_DOUBLE, MG_ROUNDS_AT(type, held_out), 0, 0.99, "CoLight's program: 0.3"}, \
    {"epochs", MG_FIELD_INT, MG_ROUNDS_AT(type, epochs), 1, 100000, "CoLight's program: 100"}, \
    {"patience", MG_FIELD_INT, MG_ROUNDS_AT(type, patience), 1, 100000, "CoLight's program: 10"}, \
    {"rate_decay", MG_FIELD_DOUBLE, MG_ROUNDS_AT(type, rate_decay), 0, 1, "Learning to Share's program: 0.95"}, \
    {"reward_scale", MG_FIELD_DOUBLE, MG_ROUNDS_AT(type, reward_scale), 0, 1e6, "CoLight's program: 1/20"}, \
    {"rms_decay", MG_FIELD_DOUBLE, MG_ROUNDS_AT(type, decay), 0, 1, "Keras: 0.9"}, \
    {"rms_epsilon", MG_FIELD_DOUBLE, MG_ROUNDS_AT(type, epsilon), 0, 1, "Keras: 1e-7"}
/* clang-format on */

/* The same for the optimiser. */
mg_optimiser_config mg_rounds_optimiser(const mg_rounds *rounds, double rate);
/* rate * rate_decay^round, multiplied once a round. */
double mg_rounds_rate(const mg_rounds *rounds, double rate, uint64_t round);

/* Samples first .. first + samples - 1 of the round's: with `learn` a step of the optimiser down their error, else
 * nothing but the error, a mean over them. */
typedef double (*mg_rounds_pass)(void *self, int first, int samples, bool learn);
/* Epochs over minibatches of `batch` samples, the last of each epoch smaller where they do not come out even; returns
 * how many there were. With nothing held out all of them. */
int mg_rounds_fit(const mg_rounds *rounds, int samples, int batch, mg_rounds_pass pass, void *self);

#endif
