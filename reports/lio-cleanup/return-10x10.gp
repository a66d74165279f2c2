# title: Collective return on the map of 10x10 (thesis Figure 5.6c)
# place: 2
# caption: Apples of an episode, both agents, in ten episodes an evaluation, a hundred in the last five; policies are
#          sampled without exploration.
#          Thin lines are the single seeds, thick lines their mean, which says little where seeds do one thing or the
#          other. Random actions earn 0.3, a scripted division of labour 17.5.
metric = 'return_sum'
variants = '10x10'
y_label = 'apples of an episode'
x_label = 'training episodes'
paper_name = 'thesis'
by_episodes = 1
across = 3
lowest = 0.0; highest = 28.0
load shared.'/variant.gp'
load shared.'/default-curves.gp'
