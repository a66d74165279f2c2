# title: What is offered for defection
# place: 2
# caption: What agent 0 would pay the other for defection, the mean over the five observations; at most 3. Thin lines
#          are the single seeds, thick lines their mean. The thesis proves for the exact game that this falls. A seed
#          that ends at 1.8 pays all of 3 in three of the five observations.
metric = 'offer_0_for_1'
y_label = 'offer for defection'
x_label = 'training iterations'
load shared.'/learners.gp'
load shared.'/default-curves.gp'
