/* economy_gradient.h - the meta-gradient identity in the gather-trade-build economy (thesis Equation 6.4, facts/gtb.md
 * 11): how the designer's objective depends on its tax function, through what agents are taxed, the step of Adam that
 * they take on that and what they play then, in closed form and by central differences. For metagrad-gtb and its test.
 *
 * Two episodes are played, tau by the agents' policy as it is, tau^ after their step, with what they play drawn with
 * exploration, barred actions too. On tau somebody must at some collection have less coin at hand than is due, and
 * somebody pay what is due; it is played again until that is so. The closed form is made of what the learner is made of
 * (algos/metagrad_step.h, core/num/optimiser.h, the economy's sensitivity); the differences tax the same incomes at
 * other rates (tax.h), take the agents' whole step again and look at tau^ again. Both in binary64.
 */
#ifndef MG_ECONOMY_GRADIENT_H
#define MG_ECONOMY_GRADIENT_H

#include "envs/gather_trade_build.h"

typedef struct economy_gradient_settings {
    mg_gather_trade_build_config game; /* with MG_GTB_DESIGNER */
    int filters, hidden;               /* of both networks, two layers of each; filters 0: the image is plain numbers */
    double rate, discount, trace, epsilon, entropy;
    int components; /* of the tax function's parameters, drawn anew for each */
    double forgets; /* 0; in tests: the part of what is due that is taken to move with the rates where somebody pays all
                       that it has; NaN: a closed form that is none */
} economy_gradient_settings;

typedef struct economy_gradient {
    double error; /* the largest, relative to the largest slope that was seen; 1 where all are 0 */
    int short_of; /* how many times somebody had less at hand than was due, on tau */
} economy_gradient;

/* Plays a hundred times at most until that is so; if it never is, short_of is 0. */
economy_gradient economy_gradient_check(const economy_gradient_settings *settings, mg_stream *stream);

#endif
