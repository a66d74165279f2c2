/* returns.c - backward recursions. */
#include "core/rl/returns.h"

void mg_discounted_returns(int steps, float gamma, const float *reward, float *value)
{
    float after = 0.0f;
    for (int t = steps - 1; t >= 0; t--) {
        float discounted = gamma * after;
        after = reward[t] + discounted;
        value[t] = after;
    }
}

void mg_generalised_advantages(int steps, float gamma, float lambda, const float *reward, const float *value,
                               float *advantage)
{
    float decay = gamma * lambda;
    float after = 0.0f;
    for (int t = steps - 1; t >= 0; t--) {
        float bootstrap = gamma * value[t + 1];
        float target = reward[t] + bootstrap;
        float delta = target - value[t];
        float carried = decay * after;
        after = delta + carried;
        advantage[t] = after;
    }
}
