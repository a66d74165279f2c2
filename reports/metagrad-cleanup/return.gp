# title: Social welfare (thesis Figure 6.2)
# place: 1
# caption: Apples of an episode, both agents, in ten episodes an evaluation, a hundred in the last five; policies are
#          sampled without exploration.
#          Thin lines are the single seeds, thick lines their mean, which says little where seeds do one thing or the
#          other. Random actions earn 1.4, a scripted division of labour 39. 7x7-sums: MetaGrad whose agents' step is of
#          sums, where it is of means.
metric = 'return_sum'
y_label = 'apples of an episode'
x_label = 'training episodes'
paper_name = 'thesis'
by_episodes = 1
across = 3
lowest = 0.0; highest = 42.0
load data.'/result.gp'
load shared.'/default-curves.gp'
