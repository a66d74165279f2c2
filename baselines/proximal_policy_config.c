/* proximal_policy_config.c - the values that papers print. */
#include "baselines/proximal_policy.h"

mg_proximal_policy_config mg_proximal_policy_default(void)
{
    return (mg_proximal_policy_config){.discount = 0.99,
                                       .trace = 0.95,
                                       .clip = 0.2,
                                       .episodes = 8,
                                       .epochs = 10,
                                       .minibatches = 4,
                                       .normalise = true,
                                       .epsilon_units = 1,
                                       .actor_rate = 3e-4,
                                       .critic_rate = 3e-4,
                                       .window = 3,
                                       .hidden_1 = 64,
                                       .hidden_2 = 64};
}

mg_proximal_policy_config mg_proximal_policy_gtb_paper(void)
{
    return (mg_proximal_policy_config){.discount = 0.99,
                                       .trace = 0.98,
                                       .clip = 0.166,
                                       .entropy = 0.253,
                                       .episodes = 1,
                                       .epochs = 1,
                                       .minibatches = 1,
                                       .shared = true,
                                       .epsilon_start = 0.5,
                                       .epsilon_end = 0.05,
                                       .epsilon_units = 5000,
                                       .explore_barred = true,
                                       .actor_rate = 1.39e-4,
                                       .critic_rate = 5.0e-5,
                                       .gradient_limit = 10.0,
                                       .follow = 4.36e-3,
                                       .bootstrap_terminated = true,
                                       .tensorflow = true,
                                       .memory = 128,
                                       .filters = 6,
                                       .window = 5,
                                       .hidden_1 = 128,
                                       .hidden_2 = 128};
}

mg_proximal_policy_config mg_proximal_policy_gtb_curriculum(void)
{
    mg_proximal_policy_config config = mg_proximal_policy_gtb_paper();
    config.entropy = 0.0811;
    config.epsilon_start = config.epsilon_end = 0.0;
    config.actor_rate = 1.32e-4;
    config.critic_rate = 8.87e-5;
    config.clip = 0.034;
    config.follow = 0.702;
    return config;
}

mg_proximal_policy_config mg_proximal_policy_gtb_free_market(void)
{
    mg_proximal_policy_config config = mg_proximal_policy_gtb_paper();
    config.entropy = 0.187;
    config.epsilon_start = config.epsilon_end = 0.0;
    config.actor_rate = 7.85e-4;
    config.critic_rate = 1.74e-4;
    config.clip = 0.2197;
    config.follow = 0.114;
    return config;
}

mg_proximal_policy_config mg_proximal_policy_cleanup_paper(bool dual)
{
    return (mg_proximal_policy_config){.discount = 0.99,
                                       .trace = 0.0,
                                       .clip = 0.2, /* of no effect */
                                       .entropy = dual ? 0.173 : 0.129,
                                       .episodes = 1,
                                       .epochs = 1,
                                       .minibatches = 1,
                                       .shared = true,
                                       .epsilon_start = 1.0,
                                       .epsilon_end = dual ? 0.1 : 0.05,
                                       .epsilon_units = 100,
                                       .actor_rate = dual ? 6.23e-4 : 6.73e-4,
                                       .critic_rate = dual ? 4.46e-4 : 5.54e-4,
                                       .follow = dual ? 0.292 : 7.93e-3,
                                       .bootstrap_terminated = true,
                                       .tensorflow = true,
                                       .descent = true,
                                       .sums = dual,
                                       .filters = 6,
                                       .window = 3,
                                       .hidden_1 = 64,
                                       .hidden_2 = 64};
}
