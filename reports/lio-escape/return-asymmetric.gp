# title: Collective return in the asymmetric room (thesis Figures B.3a and d)
# place: 4
# caption: As above; 9 is the most. Agent A1, who gives, can only leave, and A2, who is plain policy gradient, can only
#          pull. lio-one-episode judges incentives by the episode in which they were paid; two-ts plays against a
#          tabular learner, whose episodes without learning count here too. A run that diverged ends
#          where it did.
metric = 'return_sum'
variants = 'asymmetric'
y_label = 'collective return'
x_label = 'training episodes'
by_episodes = 1
paper_name = 'thesis'
across = 4
lowest = -5.0; highest = 9.0
load shared.'/variant.gp'
load shared.'/default-curves.gp'
