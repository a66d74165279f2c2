# title: Reward while learning, twenty agents (Figure 3b)
# place: 1
# caption: Mean reward of an agent and step in greedy episodes, every 20 episodes of training. Thin lines are the single
#          seeds, the thick line is their mean, the dashed line is the number of the paper's Table 1, which is after
#          convergence. Panels that end at 200 are of shorter runs.
load data.'/result.gp'
if (!exists('curve_keys_reward_per_step')) exit gnuplot # no data, no figure
series = ''; keys = ''
do for [k = 1:words(curve_keys_reward_per_step)] {
    key = word(curve_keys_reward_per_step, k)
    if (strstrt(key, '_n20') > 0 && strstrt(key, '_n20_300') == 0 && strstrt(key, 'dqn_n20_200') == 0) {
        series = series.' '.word(curve_series_reward_per_step, k)
        keys = keys.' '.key
    }
}
if (words(keys) == 0) exit gnuplot
metric = 'reward_per_step'
y_label = 'reward of an agent and step'
x_label = 'training episodes'
by_episodes = 1
x_format = '%g'
paper_name = 'the paper’s number'
load shared.'/default-curves.gp'
