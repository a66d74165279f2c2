# title: By number of agents (Figure 5)
# caption: Reward of an agent and step after 300 episodes of training: means of the seeds, bars from the smallest to the
#          largest. Dashed: the paper's numbers, after convergence. Grey: its upper bound, computed here.
metric = 'reward_per_step'
x_label = 'agents, with three foods for five of them'
y_label = 'reward of an agent and step'
settings = '10 20 30 40 50'
variant(i) = word('n10 n20_300 n30 n40 n50', i)
lines = 'ltos fixed_ltos dgn'
line_names = 'ltos|fixed-ltos|dgn'
key(line, i) = line.'_'.variant(i)
limit_metric = 'bound'
limit(i) = 'bound_n'.word(settings, i)
limit_name = 'upper bound'
load shared.'/default-along.gp'
