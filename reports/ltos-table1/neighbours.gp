# title: By number of neighbours (Figure 6)
# caption: Reward of an agent and step after 300 episodes of training, twenty agents: means of the seeds, bars from the
#          smallest to the largest. The paper's figure, of LToS alone, is drawn without numbers; the small points at three
#          neighbours are its Table 1, after convergence. In 300 episodes LToS's high level learns twice.
metric = 'reward_per_step'
x_label = 'neighbours of an agent'
y_label = 'reward of an agent and step'
settings = '1 2 3 4 5'
variant(i) = word('k1 k2 n20_300 k4 k5', i)
lines = 'ltos fixed_ltos dgn'
line_names = 'ltos|fixed-ltos|dgn'
key(line, i) = line.'_'.variant(i)
load shared.'/default-along.gp'
